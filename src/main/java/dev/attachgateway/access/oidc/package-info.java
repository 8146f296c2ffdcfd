/** Bearer tokens of OpenID Connect issuers. */
@NullMarked
package dev.attachgateway.access.oidc;

import org.jspecify.annotations.NullMarked;
