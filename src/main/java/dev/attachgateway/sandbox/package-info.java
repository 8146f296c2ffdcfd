/** The sandbox: an offline cloud with ModelArts, EVS, IAM and an OpenID Connect issuer. */
@NullMarked
package dev.attachgateway.sandbox;

import org.jspecify.annotations.NullMarked;
