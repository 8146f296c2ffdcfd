package dev.attachgateway.upstream.resilience;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attachgateway.upstream.http.UpstreamConfig;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Proves how the rate limit follows the cloud's throttling, spreads calls and recovers. */
class AdaptiveRateLimiterTest {
    private static final long SECOND = Duration.ofSeconds(1).toNanos();
    private static final Duration MAX_WAIT = Duration.ofSeconds(5);

    private record Config(double min, double recoveryPerSecond, Duration resetAfter) implements UpstreamConfig.Rate {}

    private final AdaptiveRateLimiter limiter = new AdaptiveRateLimiter(new Config(1, 1, Duration.ofMinutes(10)), 0);

    private void makeCalls(int count, long now) {
        for (var call = 0; call < count; call++) {
            limiter.reserve(MAX_WAIT, now);
        }
    }

    @Test
    void calls_do_not_wait_before_the_first_throttling() {
        for (var call = 0; call < 10_000; call++) {
            assertThat(limiter.reserve(Duration.ZERO, 0)).contains(Duration.ZERO);
        }
        assertThat(limiter.currentRate(0)).isInfinite();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "policy user over ratelimit,limit:20,time:1 second | 20",
                "policy api over ratelimit,limit:20, time:2 seconds | 10",
                "policy ip over ratelimit,limit:30,time:1 minute | 0.5",
                "limit:3600,time:1 hour. | 1"
            })
    void a_limit_in_the_message_sets_the_rate(String message, double callsPerSecond) {
        limiter.onThrottled("The throttling threshold has been reached: " + message, 0);
        assertThat(limiter.currentRate(0)).isEqualTo(callsPerSecond);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"slow down", "limit:0,time:1 second", "limit:5,time:1 fortnight", "limit:99999999999,time:1 second"
            })
    void without_a_usable_limit_in_the_message_the_observed_rate_is_halved(String message) {
        makeCalls(40, 0);
        limiter.onThrottled(message, SECOND / 2);
        assertThat(limiter.currentRate(SECOND / 2)).isEqualTo(20);
    }

    @Test
    void calls_are_spread_at_the_rate_and_calls_beyond_their_max_wait_take_no_slot() {
        limiter.onThrottled("limit:2,time:1 second", 0);
        assertThat(limiter.reserve(MAX_WAIT, 0)).contains(Duration.ofMillis(500));
        assertThat(limiter.reserve(MAX_WAIT, 0)).contains(Duration.ofSeconds(1));
        assertThat(limiter.reserve(Duration.ofMillis(1400), 0)).isEmpty();
        assertThat(limiter.reserve(Duration.ofMillis(1500), 0)).contains(Duration.ofMillis(1500));
    }

    @Test
    void one_burst_of_throttling_lowers_the_rate_once_and_the_next_lowers_it_again() {
        makeCalls(80, 0);
        for (var refusal = 0; refusal < 30; refusal++) {
            limiter.onThrottled("slow down", refusal);
        }
        assertThat(limiter.currentRate(30)).isCloseTo(40, tolerance());
        limiter.onThrottled("slow down", 2 * SECOND);
        assertThat(limiter.currentRate(2 * SECOND)).isCloseTo(21, tolerance());
    }

    @Test
    void the_rate_never_falls_below_the_min() {
        var limiterWithMin = new AdaptiveRateLimiter(new Config(3, 0, Duration.ofMinutes(10)), 0);
        for (var second = 0; second < 100; second += 2) {
            limiterWithMin.onThrottled("slow down", second * SECOND);
        }
        assertThat(limiterWithMin.currentRate(98 * SECOND)).isEqualTo(3);
    }

    @Test
    void the_rate_recovers_slowly_up_to_the_stated_limit() {
        limiter.onThrottled("limit:20,time:1 second", 0);
        limiter.onThrottled("limit:20,time:1 second", 2 * SECOND);
        assertThat(limiter.currentRate(2 * SECOND)).isEqualTo(10);
        assertThat(limiter.currentRate(7 * SECOND)).isCloseTo(15, tolerance());
        assertThat(limiter.currentRate(60 * SECOND)).isEqualTo(20);
    }

    @Test
    void the_limit_is_removed_when_no_call_was_throttled_for_long() {
        limiter.onThrottled("limit:20,time:1 second", 0);
        assertThat(limiter.currentRate(601 * SECOND)).isInfinite();
        assertThat(limiter.reserve(Duration.ZERO, 601 * SECOND)).contains(Duration.ZERO);
    }

    private static org.assertj.core.data.Offset<Double> tolerance() {
        return org.assertj.core.data.Offset.offset(0.01);
    }
}
