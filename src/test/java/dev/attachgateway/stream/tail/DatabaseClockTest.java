package dev.attachgateway.stream.tail;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** What the database's clock shows, found out from answers that were on their way for a while. */
class DatabaseClockTest {
    private static final Instant NOON = Instant.parse("2026-11-23T12:00:00Z");
    private static final long MS = 1_000_000;
    private static final long SECOND = 1_000 * MS;

    private final DatabaseClock clock = new DatabaseClock();

    /** An answer that was given so many nanoseconds after noon, and was on its way for so many. */
    private void heard(long given, long underway) {
        clock.heard(NOON.plusNanos(given), given + underway);
    }

    private Duration behind() {
        return Duration.ofNanos(DatabaseClock.nanos(NOON) - clock.ahead());
    }

    @Test
    void the_quickest_answer_counts_whenever_it_came() {
        heard(0, 8 * MS);
        assertThat(behind()).hasMillis(8);
        heard(SECOND, MS);
        heard(2 * SECOND, 900 * MS);
        assertThat(behind()).hasMillis(1);
    }

    @Test
    void a_quick_answer_counts_for_half_a_minute_at_least_and_a_minute_at_most() {
        heard(0, MS);
        for (var second = 1; second <= 30; second++) {
            heard(second * SECOND, 5 * MS);
        }
        heard(31 * SECOND, 5 * MS);
        assertThat(behind()).hasMillis(1);
        for (var second = 32; second <= 62; second++) {
            heard(second * SECOND, 5 * MS);
        }
        assertThat(behind()).hasMillis(5);
    }

    @Test
    void after_a_long_silence_only_what_is_heard_now_counts() {
        heard(0, MS);
        heard(3_600 * SECOND, 7 * MS);
        assertThat(behind()).hasMillis(7);
    }

    @Test
    void another_databases_clock_owes_nothing_to_the_one_before() {
        heard(0, MS);
        clock.forget();
        heard(SECOND, 7 * MS);
        assertThat(behind()).hasMillis(7);
    }
}
