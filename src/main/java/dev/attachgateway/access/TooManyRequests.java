package dev.attachgateway.access;

import java.time.Duration;
import java.util.Locale;

/** Someone asks more often than it may: 429 with {@code Retry-After}. */
public final class TooManyRequests extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Who is counted. */
    enum Of {
        CALLER("The caller has sent more requests than it may; RateLimit-Policy says how many those are."),
        NETWORK("Too many credentials from this network have failed, so none that is new is looked at for now.");

        private final String sentence;

        Of(String sentence) {
            this.sentence = sentence;
        }

        String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private final Of of;
    private final Duration retryAfter;

    TooManyRequests(Of of, Duration retryAfter) {
        super(of.sentence, null, false, false);
        this.of = of;
        this.retryAfter = retryAfter;
    }

    Of of() {
        return of;
    }

    /** When the same request would be let in, if nothing else comes before it. */
    public Duration retryAfter() {
        return retryAfter;
    }
}
