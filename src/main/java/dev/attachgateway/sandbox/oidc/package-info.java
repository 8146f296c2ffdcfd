/** The OpenID Connect issuer of the sandbox. */
@NullMarked
package dev.attachgateway.sandbox.oidc;

import org.jspecify.annotations.NullMarked;
