/** The practice cloud: an offline double of ModelArts, EVS, IAM and an OIDC issuer that keeps a ledger of effects. */
@NullMarked
package dev.attachgateway.sandbox;

import org.jspecify.annotations.NullMarked;
