package dev.attachgateway.access.oidc;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Proves that requests to an issuer are limited in rate, and the memory of the limiter in size. */
class JwksFetchLimiterTest {
    @Test
    void requests_to_an_issuer_are_limited_per_second() {
        var limiter = new JwksFetchLimiter();
        long now = System.nanoTime();

        assertThat(IntStream.range(0, 100)
                        .filter(_ -> limiter.tryAcquire("one", now))
                        .count())
                .isEqualTo(JwksFetchLimiter.MAX_PER_SECOND);
        assertThat(limiter.tryAcquire("another", now)).isTrue();
        assertThat(limiter.tryAcquire("one", now + Duration.ofMillis(1_001).toNanos()))
                .isTrue();
    }

    @Test
    void an_issuer_that_changes_its_jwks_address_cannot_grow_the_limiter() {
        var limiter = new JwksFetchLimiter();
        long now = System.nanoTime();

        assertThat(IntStream.range(0, 2 * JwksFetchLimiter.MAX_WINDOWS)
                        .filter(i -> limiter.tryAcquire("one /" + i, now))
                        .count())
                .isEqualTo(JwksFetchLimiter.MAX_WINDOWS);
        assertThat(limiter.tryAcquire("another", now + Duration.ofMillis(1_001).toNanos()))
                .as("expired windows are evicted")
                .isTrue();
    }
}
