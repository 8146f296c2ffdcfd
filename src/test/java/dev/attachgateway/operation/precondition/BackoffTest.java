package dev.attachgateway.operation.precondition;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Proves the bounds and the jitter of the exponential backoff. */
class BackoffTest {
    private final Backoff backoff = new Backoff(Duration.ofMillis(500), Duration.ofSeconds(10));

    @Test
    void a_delay_is_between_half_and_the_whole_of_its_exponential_step() {
        for (int attempt = 0; attempt < 40; attempt++) {
            var whole = Duration.ofMillis(Math.min(10_000, 500L << Math.min(attempt, 20)));
            for (int i = 0; i < 50; i++) {
                assertThat(backoff.delay(attempt)).isBetween(whole.dividedBy(2), whole);
            }
        }
    }

    @Test
    void delays_at_the_cap_are_jittered() {
        assertThat(IntStream.range(0, 100).mapToObj(i -> backoff.delay(30)).collect(Collectors.toSet()))
                .hasSizeGreaterThan(20);
    }

    @Test
    void no_attempt_number_overflows_and_every_delay_is_positive() {
        for (int attempt : new int[] {Integer.MIN_VALUE, -1, 0, 62, 63, 64, Integer.MAX_VALUE}) {
            assertThat(backoff.delay(attempt)).isPositive().isLessThanOrEqualTo(Duration.ofSeconds(10));
            assertThat(new Backoff(Duration.ZERO, Duration.ZERO).delay(attempt)).isPositive();
        }
    }
}
