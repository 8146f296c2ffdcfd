package dev.attachgateway.access.ratelimit;

import java.time.Duration;
import java.util.Locale;

/** Someone asks more often than it may: 429 with {@code Retry-After}. */
public final class RateLimitExceededException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Who is counted. */
    enum Scope {
        CALLER("The caller has sent more requests than it may; RateLimit-Policy says how many those are."),
        NETWORK("Too many credentials from this network have failed, so none that is new is looked at for now.");

        private final String message;

        Scope(String sentence) {
            this.message = sentence;
        }

        String wireName() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private final Scope scope;
    private final Duration retryAfter;

    RateLimitExceededException(Scope scope, Duration retryAfter) {
        super(scope.message, null, false, false);
        this.scope = scope;
        this.retryAfter = retryAfter;
    }

    Scope scope() {
        return scope;
    }

    /** When the same request would be let in, if nothing else comes before it. */
    public Duration retryAfter() {
        return retryAfter;
    }
}
