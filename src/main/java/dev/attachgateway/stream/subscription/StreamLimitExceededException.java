package dev.attachgateway.stream.subscription;

import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.ThreadLocalRandom;

/** There is no room for another stream on this replica: 429 for the caller or the project, 503 for all. */
public final class StreamLimitExceededException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private static final long LEAST_WAIT_MS = 5_000;

    /** Whose streams are counted. */
    public enum Of {
        CALLER("The caller has %d streams open here, and gets no more."),
        PROJECT("The project has %d streams open here, and gets no more."),
        REPLICA("This replica has %d streams open, and takes no more.");

        private final String sentence;

        Of(String sentence) {
            this.sentence = sentence;
        }

        String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private final Of of;
    private final Duration retryAfter =
            Duration.ofMillis(LEAST_WAIT_MS + ThreadLocalRandom.current().nextLong(LEAST_WAIT_MS));

    StreamLimitExceededException(Of of, int most) {
        super(of.sentence.formatted(most), null, false, false);
        this.of = of;
    }

    /** Whose streams are too many. */
    public Of of() {
        return of;
    }

    /** When to try again: another time for each, so that those who are refused together do not come back together. */
    public Duration retryAfter() {
        return retryAfter;
    }
}
