package dev.attachgateway.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class KeyFetchesTest {
    @Test
    void an_issuer_is_asked_only_so_often_a_second() {
        KeyFetches fetches = new KeyFetches();
        long now = System.nanoTime();

        assertThat(IntStream.range(0, 100)
                        .filter(i -> fetches.admits("one", now))
                        .count())
                .isEqualTo(KeyFetches.MOST_PER_SECOND);
        assertThat(fetches.admits("another", now)).isTrue();
        assertThat(fetches.admits("one", now + Duration.ofMillis(1_001).toNanos()))
                .isTrue();
    }

    @Test
    void an_issuer_that_names_another_address_each_time_takes_no_more_room() {
        KeyFetches fetches = new KeyFetches();
        long now = System.nanoTime();

        assertThat(IntStream.range(0, 2 * KeyFetches.MOST_WINDOWS)
                        .filter(i -> fetches.admits("one /" + i, now))
                        .count())
                .isEqualTo(KeyFetches.MOST_WINDOWS);
        assertThat(fetches.admits("another", now + Duration.ofMillis(1_001).toNanos()))
                .as("what is over makes room")
                .isTrue();
    }
}
