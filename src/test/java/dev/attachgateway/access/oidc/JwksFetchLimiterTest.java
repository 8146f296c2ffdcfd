package dev.attachgateway.access.oidc;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class JwksFetchLimiterTest {
    @Test
    void an_issuer_is_asked_only_so_often_a_second() {
        JwksFetchLimiter fetches = new JwksFetchLimiter();
        long now = System.nanoTime();

        assertThat(IntStream.range(0, 100)
                        .filter(i -> fetches.tryAcquire("one", now))
                        .count())
                .isEqualTo(JwksFetchLimiter.MAX_PER_SECOND);
        assertThat(fetches.tryAcquire("another", now)).isTrue();
        assertThat(fetches.tryAcquire("one", now + Duration.ofMillis(1_001).toNanos()))
                .isTrue();
    }

    @Test
    void an_issuer_that_names_another_address_each_time_takes_no_more_room() {
        JwksFetchLimiter fetches = new JwksFetchLimiter();
        long now = System.nanoTime();

        assertThat(IntStream.range(0, 2 * JwksFetchLimiter.MAX_WINDOWS)
                        .filter(i -> fetches.tryAcquire("one /" + i, now))
                        .count())
                .isEqualTo(JwksFetchLimiter.MAX_WINDOWS);
        assertThat(fetches.tryAcquire("another", now + Duration.ofMillis(1_001).toNanos()))
                .as("what is over makes room")
                .isTrue();
    }
}
