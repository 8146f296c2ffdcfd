package dev.attachgateway.upstream.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attachgateway.database.DatabaseClock;
import io.smallrye.mutiny.Uni;
import io.vertx.core.MultiMap;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
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
    private final DatabaseClock databaseClock =
            new DatabaseClock(() -> Uni.createFrom().item(() -> databaseTime), () -> nanos);
    private final CloudClock clock = new CloudClock(databaseClock, () -> nanos);

    private void advance(Duration duration) {
        nanos += duration.toNanos();
        databaseTime = databaseTime.plus(duration);
    }

    private void readClock() {
        databaseClock.now().await().atMost(LIMIT);
    }

    private void observeResponse(CloudService service, Instant date) {
        observeResponse(service, httpDate(date), nanos);
    }

    private void observeResponse(CloudService service, String date, long sentAtNanos) {
        observe(service, 200, sentAtNanos, "Date", date);
    }

    private void observe(CloudService service, int status, long sentAtNanos, String... headers) {
        var all = MultiMap.caseInsensitiveMultiMap();
        for (var i = 0; i < headers.length; i += 2) {
            all.add(headers[i], headers[i + 1]);
        }
        clock.observe(service, status, all, sentAtNanos);
    }

    private static String httpDate(Instant date) {
        return DateTimeFormatter.RFC_1123_DATE_TIME.format(date.atOffset(ZoneOffset.UTC));
    }

    @Test
    void two_dates_that_agree_correct_the_offset_of_each_service() {
        readClock();
        observeResponse(CloudService.EVS, databaseTime.plus(Duration.ofMinutes(20)));
        observeResponse(CloudService.EVS, databaseTime.plus(Duration.ofMinutes(20)));
        assertThat(clock.offset(CloudService.EVS)).isBetween(Duration.ofSeconds(1199), Duration.ofSeconds(1201));
        // A service without a response yet is assumed to share the offset of another one.
        assertThat(clock.offset(CloudService.MODELARTS)).isEqualTo(clock.offset(CloudService.EVS));

        observeResponse(CloudService.MODELARTS, databaseTime.minus(Duration.ofHours(1)));
        observeResponse(CloudService.EVS, databaseTime.minus(Duration.ofHours(1)));
        assertThat(clock.skew()).isBetween(Duration.ofSeconds(3598), Duration.ofSeconds(3602));
        assertThat(clock.offset(CloudService.EVS)).isEqualTo(clock.offset(CloudService.MODELARTS));

        observeResponse(CloudService.EVS, databaseTime);
        observeResponse(CloudService.MODELARTS, databaseTime);
        assertThat(clock.skew()).isZero();
    }

    /** Columns: the offsets of consecutive dates in minutes; the offset that the last of them leads to. */
    @ParameterizedTest(name = "{0} minutes: {1}")
    @CsvSource({
        "20, 0",
        "'0 20', 0",
        "'20 0', 0",
        "'0 20 0', 0",
        "'0 20 0 20', 0",
        "'0 20 40', 0",
        "'20 40 60', 0",
        "'20 20', 20",
        "'0 20 20', 20",
        "'20 40 40', 40",
        "'20 20 0', 20",
        "'20 20 0 20 0', 20",
        "'20 20 0 0', 0",
        "'-20 -20', -20",
        "'2879 2879', 2879",
        "'2900 2900', 0",
        "'-2900 -2900', 0"
    })
    void a_single_date_that_no_other_one_confirms_changes_nothing(String minutes, int expected) {
        readClock();
        for (var offset : List.of(minutes.split(" ", -1))) {
            observeResponse(CloudService.EVS, databaseTime.plus(Duration.ofMinutes(Long.parseLong(offset))));
            advance(Duration.ofSeconds(1));
        }
        assertThat(clock.offset(CloudService.EVS)
                        .minus(Duration.ofMinutes(expected))
                        .abs())
                .isLessThanOrEqualTo(Duration.ofSeconds(1));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource({"Age, 1200", "Age, 0", "X-Cache, HIT from proxy.example", "Cache-Status, 'ExampleCache; hit; ttl=30'"})
    void the_date_of_a_cached_response_is_ignored(String header, String value) {
        readClock();
        for (var i = 0; i < 3; i++) {
            observe(
                    CloudService.EVS,
                    200,
                    nanos,
                    "Date",
                    httpDate(databaseTime.minus(Duration.ofMinutes(20))),
                    header,
                    value);
        }
        assertThat(clock.skew()).isZero();
    }

    @Test
    void after_a_refusal_reads_rely_on_its_date_and_writes_wait_for_a_second_one() {
        readClock();
        var date = httpDate(databaseTime.plus(Duration.ofHours(2)));
        observe(CloudService.MODELARTS, 401, nanos, "Date", date);
        assertThat(clock.offsetOfRead(CloudService.MODELARTS))
                .isBetween(Duration.ofSeconds(7199), Duration.ofSeconds(7201));
        assertThat(clock.offset(CloudService.MODELARTS)).isZero();

        observe(CloudService.MODELARTS, 200, nanos, "Date", date);
        assertThat(clock.offset(CloudService.MODELARTS)).isBetween(Duration.ofSeconds(7199), Duration.ofSeconds(7201));
    }

    @Test
    void dates_that_agree_but_are_more_than_ten_minutes_apart_confirm_nothing() {
        readClock();
        observeResponse(CloudService.EVS, databaseTime.plus(Duration.ofMinutes(20)));
        advance(Duration.ofMinutes(11));
        readClock();
        observeResponse(CloudService.EVS, databaseTime.plus(Duration.ofMinutes(20)));
        assertThat(clock.skew()).isZero();
    }

    @Test
    void invalid_dates_and_dates_of_slow_responses_are_ignored() {
        readClock();
        observeResponse(CloudService.EVS, "yesterday", nanos);
        observe(CloudService.EVS, 200, nanos);
        var sentAt = nanos;
        advance(Duration.ofSeconds(9));
        observeResponse(CloudService.EVS, "Mon, 06 May 2041 09:08:09 GMT", sentAt);
        observeResponse(CloudService.EVS, "Mon, 06 May 2041 09:08:09 GMT", sentAt);
        assertThat(clock.skew()).isZero();
    }

    /**
     * Columns: real offset of the service's clock, duration of the exchange, when the service read its clock during it.
     */
    @ParameterizedTest(name = "offset {0} ms, round trip {1} ms, clock read after {2} ms")
    @CsvSource({"0, 4900, 0", "0, 4900, 4900", "0, 2000, 1900", "400, 4900, 4900", "-400, 4900, 0", "0, 0, 0"})
    void a_slow_response_that_is_consistent_with_the_offset_does_not_change_it(
            long offsetMillis, long roundTripMillis, long readAfterMillis) {
        readClock();
        observeResponse(CloudService.EVS, databaseTime.plusMillis(offsetMillis));
        var before = clock.offset(CloudService.EVS);
        var sentAt = nanos;
        advance(Duration.ofMillis(readAfterMillis));
        var date = httpDate(databaseTime.plusMillis(offsetMillis));
        advance(Duration.ofMillis(roundTripMillis - readAfterMillis));
        observeResponse(CloudService.EVS, date, sentAt);
        assertThat(clock.offset(CloudService.EVS).minus(before).abs()).isLessThan(Duration.ofSeconds(1));
    }

    @ParameterizedTest(name = "offset {0} s")
    @ValueSource(longs = {-7200, -60, -8, 8, 60, 7200})
    void slow_responses_that_contradict_the_offset_change_it(long offsetSeconds) {
        readClock();
        observeResponse(CloudService.EVS, databaseTime);
        var sentAt = nanos;
        advance(Duration.ofSeconds(4));
        observeResponse(CloudService.EVS, httpDate(databaseTime.plusSeconds(offsetSeconds)), sentAt);
        observeResponse(CloudService.EVS, httpDate(databaseTime.plusSeconds(offsetSeconds)), sentAt);
        assertThat(clock.offset(CloudService.EVS).minusSeconds(offsetSeconds).abs())
                .isLessThan(Duration.ofSeconds(3));
    }
}
