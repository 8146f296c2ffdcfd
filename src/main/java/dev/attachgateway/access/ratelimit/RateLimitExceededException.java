package dev.attachgateway.access.ratelimit;

import dev.attachgateway.problem.type.ProblemBuilder;
import dev.attachgateway.problem.type.ProblemException;
import dev.attachgateway.problem.type.ProblemType;
import java.time.Duration;
import java.util.Locale;

/** A rate limit is exceeded: 429 with {@code Retry-After}. */
public final class RateLimitExceededException extends ProblemException {
    private static final long serialVersionUID = 1L;

    /** The unit that the limit applies to. */
    enum Scope {
        CALLER("The caller has exceeded its request rate limit, which RateLimit-Policy states."),
        NETWORK("Too many authentications from this network have failed, so new credentials are rejected for now.");

        private final String message;

        Scope(String message) {
            this.message = message;
        }

        String wireName() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private final Scope scope;

    /**
     * Creates the exception.
     *
     * @param retryAfter the time until the same request would be accepted, if no other request comes before it
     */
    RateLimitExceededException(Scope scope, Duration retryAfter) {
        super(ProblemBuilder.of(ProblemType.TOO_MANY_REQUESTS, scope.message).withRetryAfter(retryAfter));
        this.scope = scope;
    }

    Scope scope() {
        return scope;
    }
}
