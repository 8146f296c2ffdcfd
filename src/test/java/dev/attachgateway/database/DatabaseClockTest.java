package dev.attachgateway.database;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Proves that the database's clock is known between its readings, whatever the clock of this machine shows. */
class DatabaseClockTest {
    private static final Duration LIMIT = Duration.ofSeconds(5);

    /** Years away from the clock of any machine that runs this test. */
    private Instant databaseTime = Instant.parse("2041-05-06T07:08:09Z");

    private long nanos = 1_000;
    private final AtomicInteger reads = new AtomicInteger();
    private final DatabaseClock clock = new DatabaseClock(
            () -> Uni.createFrom().item(() -> {
                reads.incrementAndGet();
                return databaseTime;
            }),
            () -> nanos);

    private void advance(Duration duration) {
        nanos += duration.toNanos();
        databaseTime = databaseTime.plus(duration);
    }

    private Instant now() {
        return clock.now().await().atMost(LIMIT);
    }

    @Test
    void the_database_clock_is_extrapolated_with_the_monotonic_clock() {
        assertThat(now()).isEqualTo(databaseTime);
        advance(Duration.ofSeconds(20));
        assertThat(now()).isEqualTo(databaseTime);
        assertThat(reads).hasValue(1);
    }

    @Test
    void the_database_clock_is_reread_every_30_seconds_and_its_jumps_are_followed() {
        now();
        databaseTime = databaseTime.plus(Duration.ofHours(1));
        nanos += Duration.ofSeconds(31).toNanos();
        now();
        assertThat(reads).hasValue(2);
        assertThat(now()).isEqualTo(databaseTime);
    }

    @Test
    void while_the_database_is_unavailable_the_last_reading_stays_in_use() {
        var isUnavailable = new boolean[1];
        var disconnectedClock = new DatabaseClock(
                () -> isUnavailable[0]
                        ? Uni.createFrom().failure(new IllegalStateException("database unavailable"))
                        : Uni.createFrom().item(databaseTime),
                () -> nanos);
        disconnectedClock.now().await().atMost(LIMIT);
        isUnavailable[0] = true;
        advance(Duration.ofHours(1));
        assertThat(disconnectedClock.now().await().atMost(LIMIT)).isEqualTo(databaseTime);
        assertThat(disconnectedClock.now().await().atMost(LIMIT)).isEqualTo(databaseTime);
    }

    @Test
    void a_slow_database_reading_replaces_no_better_one_and_is_soon_replaced_itself() {
        var queryMillis = new long[] {4_000};
        var slowClock = new DatabaseClock(
                () -> Uni.createFrom().item(() -> {
                    reads.incrementAndGet();
                    var readTime = databaseTime;
                    advance(Duration.ofMillis(queryMillis[0]));
                    return readTime;
                }),
                () -> nanos);
        assertThat(Duration.between(slowClock.now().await().atMost(LIMIT), databaseTime)
                        .abs())
                .isEqualTo(Duration.ofSeconds(2));
        queryMillis[0] = 10;
        advance(Duration.ofSeconds(2));
        slowClock.now().await().atMost(LIMIT);
        assertThat(reads).hasValue(2);
        assertThat(Duration.between(slowClock.now().await().atMost(LIMIT), databaseTime)
                        .abs())
                .isEqualTo(Duration.ofMillis(5));

        queryMillis[0] = 4_000;
        advance(Duration.ofSeconds(31));
        slowClock.now().await().atMost(LIMIT);
        assertThat(reads).hasValue(3);
        assertThat(Duration.between(slowClock.now().await().atMost(LIMIT), databaseTime)
                        .abs())
                .isEqualTo(Duration.ofMillis(5));
    }

    @Test
    void a_renewal_follows_another_database_at_once() {
        now();
        databaseTime = databaseTime.minus(Duration.ofHours(1));
        clock.renew();
        assertThat(now()).isEqualTo(databaseTime);
        assertThat(reads).hasValue(2);
    }
}
