/** Authentication: the caller of a request and the mechanisms that establish who it is. */
@NullMarked
package dev.attachgateway.access.authentication;

import org.jspecify.annotations.NullMarked;
