package dev.attachgateway.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** The dates of signatures come from the database and the cloud; this machine's own clock is nobody's witness. */
class CloudClockTest {
    private static final Duration LIMIT = Duration.ofSeconds(5);

    /** Years away from any clock this test may run under. */
    private Instant database = Instant.parse("2041-05-06T07:08:09Z");

    private long nanos = 1_000;
    private final AtomicInteger reads = new AtomicInteger();
    private final CloudClock clock = new CloudClock(
            () -> Uni.createFrom().item(() -> {
                reads.incrementAndGet();
                return database;
            }),
            () -> nanos);

    private void pass(Duration span) {
        nanos += span.toNanos();
        database = database.plus(span);
    }

    private Instant now() {
        return clock.now().await().atMost(LIMIT);
    }

    private void answered(Service service, Instant date) {
        clock.observe(
                service,
                java.time.format.DateTimeFormatter.RFC_1123_DATE_TIME.format(date.atOffset(java.time.ZoneOffset.UTC)),
                nanos);
    }

    @Test
    void it_is_the_databases_clock_carried_on_by_the_monotonic_one() {
        assertThat(now()).isEqualTo(database);
        pass(Duration.ofSeconds(20));
        assertThat(now()).isEqualTo(database);
        assertThat(reads).hasValue(1);
    }

    @Test
    void it_is_read_anew_twice_a_minute_so_that_a_jump_of_it_counts() {
        now();
        database = database.plus(Duration.ofHours(1));
        nanos += Duration.ofSeconds(31).toNanos();
        now();
        assertThat(reads).hasValue(2);
        assertThat(now()).isEqualTo(database);
    }

    @Test
    void while_the_database_is_away_the_last_reading_serves() {
        var away = new boolean[1];
        var lonely = new CloudClock(
                () -> away[0]
                        ? Uni.createFrom().failure(new IllegalStateException("away"))
                        : Uni.createFrom().item(database),
                () -> nanos);
        lonely.now().await().atMost(LIMIT);
        away[0] = true;
        pass(Duration.ofHours(1));
        assertThat(lonely.now().await().atMost(LIMIT)).isEqualTo(database);
        assertThat(lonely.now().await().atMost(LIMIT)).isEqualTo(database);
    }

    @Test
    void the_clouds_own_dates_correct_it_service_by_service() {
        now();
        answered(Service.EVS, database.plus(Duration.ofMinutes(20)));
        assertThat(Duration.between(database, clock.shownBy(Service.EVS, database)))
                .isBetween(Duration.ofSeconds(1199), Duration.ofSeconds(1201));
        // One that has not answered yet is taken to go with the others, which stand beside it.
        assertThat(clock.offset(Service.MODELARTS)).isEqualTo(clock.offset(Service.EVS));

        answered(Service.MODELARTS, database.minus(Duration.ofHours(1)));
        assertThat(clock.skew()).isBetween(Duration.ofSeconds(3598), Duration.ofSeconds(3602));

        answered(Service.EVS, database);
        answered(Service.MODELARTS, database);
        assertThat(clock.skew()).isZero();
    }

    @Test
    void a_date_nobody_can_read_or_that_took_too_long_changes_nothing() {
        now();
        clock.observe(Service.EVS, "yesterday", nanos);
        clock.observe(Service.EVS, null, nanos);
        var asked = nanos;
        pass(Duration.ofSeconds(9));
        clock.observe(Service.EVS, "Mon, 06 May 2041 09:08:09 GMT", asked);
        assertThat(clock.skew()).isZero();
    }
}
