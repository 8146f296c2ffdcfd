/** Requests before any use case: request id, client address, size limits, and validation of what was sent. */
@NullMarked
package dev.attachgateway.request;

import org.jspecify.annotations.NullMarked;
