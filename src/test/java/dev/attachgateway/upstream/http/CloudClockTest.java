package dev.attachgateway.upstream.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

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

    private void answered(CloudService service, Instant date) {
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
        answered(CloudService.EVS, database.plus(Duration.ofMinutes(20)));
        assertThat(Duration.between(database, clock.shownBy(CloudService.EVS, database)))
                .isBetween(Duration.ofSeconds(1199), Duration.ofSeconds(1201));
        // One that has not answered yet is taken to go with the others, which stand beside it.
        assertThat(clock.offset(CloudService.MODELARTS)).isEqualTo(clock.offset(CloudService.EVS));

        answered(CloudService.MODELARTS, database.minus(Duration.ofHours(1)));
        assertThat(clock.skew()).isBetween(Duration.ofSeconds(3598), Duration.ofSeconds(3602));

        answered(CloudService.EVS, database);
        answered(CloudService.MODELARTS, database);
        assertThat(clock.skew()).isZero();
    }

    @Test
    void a_date_nobody_can_read_or_that_took_too_long_changes_nothing() {
        now();
        clock.observe(CloudService.EVS, "yesterday", nanos);
        clock.observe(CloudService.EVS, null, nanos);
        var asked = nanos;
        pass(Duration.ofSeconds(9));
        clock.observe(CloudService.EVS, "Mon, 06 May 2041 09:08:09 GMT", asked);
        assertThat(clock.skew()).isZero();
    }

    /** Each row: the clocks' real difference, how long the exchange took, and when in it the service read its clock. */
    @ParameterizedTest(name = "{0} ms apart, {1} ms on the way, read after {2} ms")
    @CsvSource({"0, 4900, 0", "0, 4900, 4900", "0, 2000, 1900", "400, 4900, 4900", "-400, 4900, 0", "0, 0, 0"})
    void a_slow_answer_does_not_move_a_clock_that_it_does_not_contradict(long apart, long trip, long read) {
        now();
        answered(CloudService.EVS, database.plusMillis(apart));
        var before = clock.offset(CloudService.EVS);
        var asked = nanos;
        pass(Duration.ofMillis(read));
        var date = java.time.format.DateTimeFormatter.RFC_1123_DATE_TIME.format(
                database.plusMillis(apart).atOffset(java.time.ZoneOffset.UTC));
        pass(Duration.ofMillis(trip - read));
        clock.observe(CloudService.EVS, date, asked);
        assertThat(clock.offset(CloudService.EVS).minus(before).abs()).isLessThan(Duration.ofSeconds(1));
    }

    @ParameterizedTest(name = "{0} s apart")
    @ValueSource(longs = {-7200, -60, -8, 8, 60, 7200})
    void a_slow_answer_that_contradicts_moves_it(long apart) {
        now();
        answered(CloudService.EVS, database);
        var asked = nanos;
        pass(Duration.ofSeconds(4));
        clock.observe(
                CloudService.EVS,
                java.time.format.DateTimeFormatter.RFC_1123_DATE_TIME.format(
                        database.plusSeconds(apart).atOffset(java.time.ZoneOffset.UTC)),
                asked);
        assertThat(clock.offset(CloudService.EVS).minusSeconds(apart).abs()).isLessThan(Duration.ofSeconds(3));
    }

    @Test
    void a_slow_reading_of_the_database_replaces_none_that_was_better_and_is_itself_replaced_soon() {
        var slow = new long[] {4_000};
        var slowClock = new CloudClock(
                () -> Uni.createFrom().item(() -> {
                    reads.incrementAndGet();
                    var shown = database;
                    pass(Duration.ofMillis(slow[0]));
                    return shown;
                }),
                () -> nanos);
        assertThat(Duration.between(slowClock.now().await().atMost(LIMIT), database)
                        .abs())
                .isEqualTo(Duration.ofSeconds(2));
        slow[0] = 10;
        pass(Duration.ofSeconds(2));
        slowClock.now().await().atMost(LIMIT);
        assertThat(reads).hasValue(2);
        assertThat(Duration.between(slowClock.now().await().atMost(LIMIT), database)
                        .abs())
                .isEqualTo(Duration.ofMillis(5));

        slow[0] = 4_000;
        pass(Duration.ofSeconds(31));
        slowClock.now().await().atMost(LIMIT);
        assertThat(reads).hasValue(3);
        assertThat(Duration.between(slowClock.now().await().atMost(LIMIT), database)
                        .abs())
                .isEqualTo(Duration.ofMillis(5));
    }
}
