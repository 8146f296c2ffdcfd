package dev.attachgateway.access;

import java.time.Instant;

/**
 * A credential that was verified.
 *
 * @param until when it stops counting: its {@code exp} and what clocks may differ by, as at the verification
 */
record Authenticated(Caller caller, Instant until) {}
