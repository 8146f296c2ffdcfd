package dev.attachgateway.upstream.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Proves that dates of signatures derive from the clocks of the database and the cloud, not from the machine's own. */
class CloudClockTest {
    private static final Duration LIMIT = Duration.ofSeconds(5);

    /** Years away from the clock of any machine that runs this test. */
    private Instant databaseTime = Instant.parse("2041-05-06T07:08:09Z");

    private long nanos = 1_000;
    private final AtomicInteger reads = new AtomicInteger();
    private final CloudClock clock = new CloudClock(
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
        return clock.databaseNow().await().atMost(LIMIT);
    }

    private void observeResponse(CloudService service, Instant date) {
        clock.observe(service, httpDate(date), nanos);
    }

    private static String httpDate(Instant date) {
        return DateTimeFormatter.RFC_1123_DATE_TIME.format(date.atOffset(ZoneOffset.UTC));
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
        var disconnectedClock = new CloudClock(
                () -> isUnavailable[0]
                        ? Uni.createFrom().failure(new IllegalStateException("database unavailable"))
                        : Uni.createFrom().item(databaseTime),
                () -> nanos);
        disconnectedClock.databaseNow().await().atMost(LIMIT);
        isUnavailable[0] = true;
        advance(Duration.ofHours(1));
        assertThat(disconnectedClock.databaseNow().await().atMost(LIMIT)).isEqualTo(databaseTime);
        assertThat(disconnectedClock.databaseNow().await().atMost(LIMIT)).isEqualTo(databaseTime);
    }

    @Test
    void dates_of_responses_correct_the_offset_of_each_service() {
        now();
        observeResponse(CloudService.EVS, databaseTime.plus(Duration.ofMinutes(20)));
        assertThat(Duration.between(databaseTime, clock.toServiceTime(CloudService.EVS, databaseTime)))
                .isBetween(Duration.ofSeconds(1199), Duration.ofSeconds(1201));
        // A service without a response yet is assumed to share the offset of another one.
        assertThat(clock.offset(CloudService.MODELARTS)).isEqualTo(clock.offset(CloudService.EVS));

        observeResponse(CloudService.MODELARTS, databaseTime.minus(Duration.ofHours(1)));
        assertThat(clock.skew()).isBetween(Duration.ofSeconds(3598), Duration.ofSeconds(3602));

        observeResponse(CloudService.EVS, databaseTime);
        observeResponse(CloudService.MODELARTS, databaseTime);
        assertThat(clock.skew()).isZero();
    }

    @Test
    void invalid_dates_and_dates_of_slow_responses_are_ignored() {
        now();
        clock.observe(CloudService.EVS, "yesterday", nanos);
        clock.observe(CloudService.EVS, null, nanos);
        var sentAt = nanos;
        advance(Duration.ofSeconds(9));
        clock.observe(CloudService.EVS, "Mon, 06 May 2041 09:08:09 GMT", sentAt);
        assertThat(clock.skew()).isZero();
    }

    /**
     * Columns: real offset of the service's clock, duration of the exchange, when the service read its clock during it.
     */
    @ParameterizedTest(name = "offset {0} ms, round trip {1} ms, clock read after {2} ms")
    @CsvSource({"0, 4900, 0", "0, 4900, 4900", "0, 2000, 1900", "400, 4900, 4900", "-400, 4900, 0", "0, 0, 0"})
    void a_slow_response_that_is_consistent_with_the_offset_does_not_change_it(
            long offsetMillis, long roundTripMillis, long readAfterMillis) {
        now();
        observeResponse(CloudService.EVS, databaseTime.plusMillis(offsetMillis));
        var before = clock.offset(CloudService.EVS);
        var sentAt = nanos;
        advance(Duration.ofMillis(readAfterMillis));
        var date = httpDate(databaseTime.plusMillis(offsetMillis));
        advance(Duration.ofMillis(roundTripMillis - readAfterMillis));
        clock.observe(CloudService.EVS, date, sentAt);
        assertThat(clock.offset(CloudService.EVS).minus(before).abs()).isLessThan(Duration.ofSeconds(1));
    }

    @ParameterizedTest(name = "offset {0} s")
    @ValueSource(longs = {-7200, -60, -8, 8, 60, 7200})
    void a_slow_response_that_contradicts_the_offset_changes_it(long offsetSeconds) {
        now();
        observeResponse(CloudService.EVS, databaseTime);
        var sentAt = nanos;
        advance(Duration.ofSeconds(4));
        clock.observe(CloudService.EVS, httpDate(databaseTime.plusSeconds(offsetSeconds)), sentAt);
        assertThat(clock.offset(CloudService.EVS).minusSeconds(offsetSeconds).abs())
                .isLessThan(Duration.ofSeconds(3));
    }

    @Test
    void a_slow_database_reading_replaces_no_better_one_and_is_soon_replaced_itself() {
        var queryMillis = new long[] {4_000};
        var slowClock = new CloudClock(
                () -> Uni.createFrom().item(() -> {
                    reads.incrementAndGet();
                    var readTime = databaseTime;
                    advance(Duration.ofMillis(queryMillis[0]));
                    return readTime;
                }),
                () -> nanos);
        assertThat(Duration.between(slowClock.databaseNow().await().atMost(LIMIT), databaseTime)
                        .abs())
                .isEqualTo(Duration.ofSeconds(2));
        queryMillis[0] = 10;
        advance(Duration.ofSeconds(2));
        slowClock.databaseNow().await().atMost(LIMIT);
        assertThat(reads).hasValue(2);
        assertThat(Duration.between(slowClock.databaseNow().await().atMost(LIMIT), databaseTime)
                        .abs())
                .isEqualTo(Duration.ofMillis(5));

        queryMillis[0] = 4_000;
        advance(Duration.ofSeconds(31));
        slowClock.databaseNow().await().atMost(LIMIT);
        assertThat(reads).hasValue(3);
        assertThat(Duration.between(slowClock.databaseNow().await().atMost(LIMIT), databaseTime)
                        .abs())
                .isEqualTo(Duration.ofMillis(5));
    }
}
