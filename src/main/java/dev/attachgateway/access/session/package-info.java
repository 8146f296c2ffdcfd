/** Browser sessions: login at an OpenID Connect issuer, the session store, and logout. */
@NullMarked
package dev.attachgateway.access.session;

import org.jspecify.annotations.NullMarked;
