package dev.attachgateway.operation.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attachgateway.disk.AttachPreconditions;
import dev.attachgateway.disk.Disk;
import dev.attachgateway.disk.LiteServer;
import dev.attachgateway.operation.model.SendHistory;
import dev.attachgateway.operation.precondition.CloudStateReader;
import dev.attachgateway.operation.recovery.SettlementPolicy.RequestOutcome;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettlementPolicyTest {
    private static final String SERVER = "3f0c9a52-6d1e-4b7a-9c84-2a5e7d10b6f3";
    private static final String DISK = "1e79eff7-c02b-4dfd-a0d6-f76c90d9b4e0";
    private static final Instant SENT = Instant.parse("2026-11-23T10:00:00Z");
    private static final Instant WINDOW_ENDS = SENT.plus(Duration.ofMinutes(16));

    private final SettlementPolicy settlement = new SettlementPolicy(3, Duration.ofMinutes(2));
    private final AttachPreconditions rules = new AttachPreconditions(Set.of("HPS"), false);

    private static Optional<CloudStateReader.CloudState> sight(String status, boolean here) {
        var volumes = here ? List.of(new LiteServer.Volume(DISK, "DATA")) : List.<LiteServer.Volume>of();
        var server = new LiteServer(SERVER, "RUNNING", "HPS", "HPS", Set.of(SERVER), volumes);
        return Optional.of(new CloudStateReader.CloudState(
                Optional.of(server), Optional.of(new Disk(DISK, status, false, List.of()))));
    }

    private static SendHistory trace(int quietReads, @Nullable Instant quietSince) {
        return new SendHistory(true, WINDOW_ENDS, true, false, quietReads, quietSince, List.of());
    }

    private RequestOutcome judge(SendHistory sendHistory, Optional<CloudStateReader.CloudState> sight, Instant begun) {
        return settlement.evaluate(sendHistory, rules, sight, false, begun);
    }

    @ParameterizedTest
    @CsvSource({"in-use, true, DONE", "attaching, false, MOVING", "in-use, false, MOVING", "error, false, MOVING"})
    void what_is_seen_decides_however_long_nothing_was_seen_before(
            String status, boolean here, RequestOutcome requestOutcome) {
        var longQuiet = trace(99, SENT);
        assertThat(judge(longQuiet, sight(status, here), WINDOW_ENDS.plusSeconds(999)))
                .isEqualTo(requestOutcome);
    }

    @Test
    void a_disk_that_is_gone_proves_neither_that_something_happened_nor_that_nothing_did() {
        var gone = sight("available", false).map(it -> new CloudStateReader.CloudState(it.server(), Optional.empty()));
        assertThat(judge(trace(99, SENT), gone, WINDOW_ENDS.plusSeconds(999))).isEqualTo(RequestOutcome.INCONCLUSIVE);
    }

    @Test
    void a_look_that_failed_and_a_cloud_at_work_tell_nothing() {
        var late = WINDOW_ENDS.plusSeconds(999);
        assertThat(judge(trace(99, SENT), Optional.empty(), late)).isEqualTo(RequestOutcome.INCONCLUSIVE);
        assertThat(settlement.evaluate(trace(99, SENT), rules, sight("available", false), true, late))
                .isEqualTo(RequestOutcome.INCONCLUSIVE);
    }

    @Test
    void a_look_proves_nothing_while_the_cloud_may_still_take_the_request() {
        var quiet = trace(0, null);
        assertThat(judge(quiet, sight("available", false), WINDOW_ENDS.minusNanos(1)))
                .isEqualTo(RequestOutcome.IN_ACCEPTANCE_WINDOW);
        assertThat(judge(quiet, sight("available", false), WINDOW_ENDS)).isEqualTo(RequestOutcome.IN_QUIET_PERIOD);
    }

    @Test
    void looks_from_before_that_do_not_count_because_what_came_at_the_last_moment_shows_later() {
        var late = WINDOW_ENDS.plusSeconds(999);
        assertThat(judge(trace(99, WINDOW_ENDS.minusNanos(1)), sight("available", false), late))
                .isEqualTo(RequestOutcome.IN_ACCEPTANCE_WINDOW);
        assertThat(judge(trace(99, WINDOW_ENDS), sight("available", false), late))
                .isEqualTo(RequestOutcome.NOT_APPLIED);
    }

    @Test
    void nothing_is_certain_before_enough_looks_in_a_row_have_seen_nothing() {
        var late = WINDOW_ENDS.plusSeconds(999);
        assertThat(judge(trace(0, null), sight("available", false), late)).isEqualTo(RequestOutcome.IN_QUIET_PERIOD);
        assertThat(judge(trace(1, WINDOW_ENDS), sight("available", false), late))
                .isEqualTo(RequestOutcome.IN_QUIET_PERIOD);
        assertThat(judge(trace(2, WINDOW_ENDS), sight("available", false), late))
                .isEqualTo(RequestOutcome.NOT_APPLIED);
    }

    @Test
    void nothing_is_certain_before_the_looks_span_more_than_evs_can_lag() {
        var since = WINDOW_ENDS.plusSeconds(10);
        assertThat(judge(trace(99, since), sight("available", false), since.plusSeconds(119)))
                .isEqualTo(RequestOutcome.IN_QUIET_PERIOD);
        assertThat(judge(trace(99, since), sight("available", false), since.plusSeconds(120)))
                .isEqualTo(RequestOutcome.NOT_APPLIED);
    }

    @Test
    void a_request_of_which_no_window_is_known_is_never_certain_to_have_come_to_nothing() {
        var unknown = new SendHistory(true, null, true, false, 99, SENT, List.of());
        assertThat(judge(unknown, sight("available", false), WINDOW_ENDS.plusSeconds(999)))
                .isEqualTo(RequestOutcome.IN_ACCEPTANCE_WINDOW);
    }
}
