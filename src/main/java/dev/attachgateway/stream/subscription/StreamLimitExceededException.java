package dev.attachgateway.stream.subscription;

import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A limit of open streams on this replica is reached: 429 for the caller's or the project's limit, 503 for the
 * replica's.
 */
public final class StreamLimitExceededException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private static final long MIN_WAIT_MS = 5_000;

    /** The owner of the limit. */
    public enum Scope {
        CALLER("The caller has %d open streams on this replica, the maximum."),
        PROJECT("The project has %d open streams on this replica, the maximum."),
        REPLICA("This replica has %d open streams, the maximum.");

        private final String sentence;

        Scope(String sentence) {
            this.sentence = sentence;
        }

        String tag() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private final Scope scope;
    private final Duration retryAfter =
            Duration.ofMillis(MIN_WAIT_MS + ThreadLocalRandom.current().nextLong(MIN_WAIT_MS));

    StreamLimitExceededException(Scope scope, int limit) {
        super(scope.sentence.formatted(limit), null, false, false);
        this.scope = scope;
    }

    /** The owner of the limit that is reached. */
    public Scope scope() {
        return scope;
    }

    /** When to retry; random, so that clients that are rejected together do not retry together. */
    public Duration retryAfter() {
        return retryAfter;
    }
}
