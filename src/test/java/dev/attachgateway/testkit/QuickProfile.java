package dev.attachgateway.testkit;

import io.quarkus.test.junit.QuarkusTestProfile;
import java.util.Map;

/** The gateway with a sandbox and short timeouts, so that waits of minutes in production take a second. */
public class QuickProfile implements QuarkusTestProfile {
    /** Long enough for a response on a machine on which other test processes start at the same time. */
    public static final int ANSWER_TIMEOUT_SECONDS = 5;

    /** From the last moment to send until a request can no longer be in flight: connect, response and a second of margin. */
    public static final int MAX_IN_FLIGHT_SECONDS = 1 + ANSWER_TIMEOUT_SECONDS + 1;

    @Override
    public Map<String, String> getConfigOverrides() {
        return Map.ofEntries(
                Map.entry("attach.retry-after", "1s"),
                Map.entry("operation.poll-min-interval", "50ms"),
                Map.entry("operation.poll-max-interval", "200ms"),
                Map.entry("operation.retry-initial-delay", "50ms"),
                Map.entry("operation.confirmation-timeout", "3s"),
                Map.entry("operation.deadline", "6s"),
                Map.entry("operation.settle-interval", "100ms"),
                Map.entry("operation.settle-quiet-period", "500ms"),
                Map.entry("operation.queue-poll-interval", "500ms"),
                Map.entry("upstream.signature-max-age", "3s"),
                Map.entry("upstream.connect-timeout", "1s"),
                Map.entry("upstream.answer-timeout", ANSWER_TIMEOUT_SECONDS + "s"),
                Map.entry("upstream.retry.initial-delay", "20ms"),
                Map.entry("upstream.retry.min-retries-per-second", "100"),
                Map.entry("upstream.rate.min", "50"),
                // The sandbox's 429 states ten calls a minute, which is too slow for tests.
                Map.entry("upstream.rate.reset-after", "200ms"),
                Map.entry("upstream.token-renewal-min-interval", "100ms"),
                // Failures of one test must not open the breaker for the next; the breaker has its own tests.
                Map.entry("upstream.breaker.window", "1000000"),
                // A hundred concurrent callers on a busy machine: a slow database is not an unavailable one.
                Map.entry("storage.timeout", "30s"),
                Map.entry("stream.heartbeat", "300ms"));
    }
}
