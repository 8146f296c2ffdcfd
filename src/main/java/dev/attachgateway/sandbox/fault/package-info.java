/** Faults on demand, the control endpoints, and the log of requests. */
@NullMarked
package dev.attachgateway.sandbox.fault;

import org.jspecify.annotations.NullMarked;
