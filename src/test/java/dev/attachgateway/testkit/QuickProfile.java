package dev.attachgateway.testkit;

import io.quarkus.test.junit.QuarkusTestProfile;
import java.util.Map;

/** The gateway with a practice cloud and little patience, so that what takes minutes in a data centre takes a second. */
public class QuickProfile implements QuarkusTestProfile {
    @Override
    public Map<String, String> getConfigOverrides() {
        return Map.ofEntries(
                Map.entry("attach.retry-after", "1s"),
                Map.entry("operation.poll-first", "50ms"),
                Map.entry("operation.poll-most", "200ms"),
                Map.entry("operation.retry-first", "50ms"),
                Map.entry("operation.confirm-within", "3s"),
                Map.entry("operation.deadline", "6s"),
                Map.entry("operation.settle-every", "100ms"),
                Map.entry("operation.settle-quiet", "500ms"),
                Map.entry("operation.queue-look", "500ms"),
                Map.entry("upstream.signature-accepted", "3s"),
                Map.entry("upstream.connect-timeout", "1s"),
                Map.entry("upstream.answer-timeout", "2s"),
                Map.entry("upstream.retry.delay", "20ms"),
                Map.entry("upstream.retry.reserve", "100"),
                Map.entry("upstream.rate.least", "50"),
                // The practice cloud's 429 names ten calls a minute, which no test has time for.
                Map.entry("upstream.rate.forget-after", "200ms"),
                Map.entry("upstream.token-pause", "100ms"),
                // What befalls one test must not close the door to the next; the breaker has tests of its own.
                Map.entry("upstream.breaker.window", "1000000"),
                Map.entry("stream.heartbeat", "300ms"));
    }
}
