/** Request handling common to all use cases: request id, client address, size limits and parameter validation. */
@NullMarked
package dev.attachgateway.request;

import org.jspecify.annotations.NullMarked;
