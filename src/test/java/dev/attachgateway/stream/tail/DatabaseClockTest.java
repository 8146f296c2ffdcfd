package dev.attachgateway.stream.tail;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** Proves that the database's clock is estimated from responses with different latencies. */
class DatabaseClockTest {
    private static final Instant NOON = Instant.parse("2026-11-23T12:00:00Z");
    private static final long MS = 1_000_000;
    private static final long SECOND = 1_000 * MS;

    private final DatabaseClock clock = new DatabaseClock();

    /** A response that was sent and was under way for so many nanoseconds, counted from noon. */
    private void receive(long sent, long latency) {
        clock.update(NOON.plusNanos(sent), sent + latency);
    }

    private Duration error() {
        return Duration.ofNanos(DatabaseClock.nanos(NOON) - clock.offset());
    }

    @Test
    void the_response_with_the_lowest_latency_sets_the_clock() {
        receive(0, 8 * MS);
        assertThat(error()).hasMillis(8);
        receive(SECOND, MS);
        receive(2 * SECOND, 900 * MS);
        assertThat(error()).hasMillis(1);
    }

    @Test
    void a_fast_response_counts_for_30_to_60_seconds() {
        receive(0, MS);
        for (var second = 1; second <= 30; second++) {
            receive(second * SECOND, 5 * MS);
        }
        receive(31 * SECOND, 5 * MS);
        assertThat(error()).hasMillis(1);
        for (var second = 32; second <= 62; second++) {
            receive(second * SECOND, 5 * MS);
        }
        assertThat(error()).hasMillis(5);
    }

    @Test
    void after_a_long_silence_only_the_newest_response_counts() {
        receive(0, MS);
        receive(3_600 * SECOND, 7 * MS);
        assertThat(error()).hasMillis(7);
    }

    @Test
    void a_reset_discards_the_previous_databases_clock() {
        receive(0, MS);
        clock.reset();
        receive(SECOND, 7 * MS);
        assertThat(error()).hasMillis(7);
    }
}
