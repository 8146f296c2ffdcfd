package dev.attachgateway.upstream.resilience;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attachgateway.upstream.http.UpstreamConfig;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AdaptiveRateLimiterTest {
    private static final long SECOND = Duration.ofSeconds(1).toNanos();
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private record Config(double min, double recoveryPerSecond, Duration resetAfter) implements UpstreamConfig.Rate {}

    private final AdaptiveRateLimiter rate = new AdaptiveRateLimiter(new Config(1, 1, Duration.ofMinutes(10)), 0);

    private void calls(int count, long now) {
        for (var call = 0; call < count; call++) {
            rate.take(PATIENCE, now);
        }
    }

    @Test
    void nothing_waits_before_anything_was_throttled() {
        for (var call = 0; call < 10_000; call++) {
            assertThat(rate.take(Duration.ZERO, 0)).contains(Duration.ZERO);
        }
        assertThat(rate.rate(0)).isInfinite();
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
    void the_clouds_text_gives_the_rate(String text, double perSecond) {
        rate.throttled("The throttling threshold has been reached: " + text, 0);
        assertThat(rate.rate(0)).isEqualTo(perSecond);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"slow down", "limit:0,time:1 second", "limit:5,time:1 fortnight", "limit:99999999999,time:1 second"
            })
    void without_a_usable_text_it_is_half_of_what_was_done(String text) {
        calls(40, 0);
        rate.throttled(text, SECOND / 2);
        assertThat(rate.rate(SECOND / 2)).isEqualTo(20);
    }

    @Test
    void calls_are_spread_at_the_rate_and_those_too_late_take_nothing() {
        rate.throttled("limit:2,time:1 second", 0);
        assertThat(rate.take(PATIENCE, 0)).contains(Duration.ofMillis(500));
        assertThat(rate.take(PATIENCE, 0)).contains(Duration.ofSeconds(1));
        assertThat(rate.take(Duration.ofMillis(1400), 0)).isEmpty();
        assertThat(rate.take(Duration.ofMillis(1500), 0)).contains(Duration.ofMillis(1500));
    }

    @Test
    void one_volley_of_refusals_lowers_it_once_and_the_next_again() {
        calls(80, 0);
        for (var refusal = 0; refusal < 30; refusal++) {
            rate.throttled("slow down", refusal);
        }
        assertThat(rate.rate(30)).isCloseTo(40, within());
        rate.throttled("slow down", 2 * SECOND);
        assertThat(rate.rate(2 * SECOND)).isCloseTo(21, within());
    }

    @Test
    void it_never_falls_below_the_least() {
        var stubborn = new AdaptiveRateLimiter(new Config(3, 0, Duration.ofMinutes(10)), 0);
        for (var second = 0; second < 100; second += 2) {
            stubborn.throttled("slow down", second * SECOND);
        }
        assertThat(stubborn.rate(98 * SECOND)).isEqualTo(3);
    }

    @Test
    void it_is_won_back_slowly_and_no_further_than_the_cloud_said() {
        rate.throttled("limit:20,time:1 second", 0);
        rate.throttled("limit:20,time:1 second", 2 * SECOND);
        assertThat(rate.rate(2 * SECOND)).isEqualTo(10);
        assertThat(rate.rate(7 * SECOND)).isCloseTo(15, within());
        assertThat(rate.rate(60 * SECOND)).isEqualTo(20);
    }

    @Test
    void it_is_forgotten_when_nothing_was_throttled_for_long() {
        rate.throttled("limit:20,time:1 second", 0);
        assertThat(rate.rate(601 * SECOND)).isInfinite();
        assertThat(rate.take(Duration.ZERO, 601 * SECOND)).contains(Duration.ZERO);
    }

    private static org.assertj.core.data.Offset<Double> within() {
        return org.assertj.core.data.Offset.offset(0.01);
    }
}
