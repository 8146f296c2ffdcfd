/** Fault injection, the control endpoints and the request log. */
@NullMarked
package dev.attachgateway.sandbox.fault;

import org.jspecify.annotations.NullMarked;
