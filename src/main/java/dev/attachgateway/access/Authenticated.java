package dev.attachgateway.access;

import java.time.Instant;
import java.util.Optional;

/**
 * A credential that was verified.
 *
 * @param until when it stops counting: of a token its {@code exp} and what clocks may differ by, of a signature what its date
 *     may differ by, as at the verification
 * @param rests what it rests on, where that can be taken back before
 * @param once what is the same for the same request alone, however often it is sent: a hash of its signature
 */
record Authenticated(Caller caller, Instant until, Optional<Revocable> rests, Optional<String> once) {
    /** A credential that only time ends, and that any number of requests carry. */
    Authenticated(Caller caller, Instant until) {
        this(caller, until, Optional.empty(), Optional.empty());
    }
}
