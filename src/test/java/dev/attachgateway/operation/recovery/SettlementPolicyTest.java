package dev.attachgateway.operation.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attachgateway.disk.AttachPreconditions;
import dev.attachgateway.disk.Disk;
import dev.attachgateway.disk.LiteServer;
import dev.attachgateway.operation.model.OperationState;
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

/** Proves which reads of server and disk show that a request of unknown outcome was applied or certainly was not. */
class SettlementPolicyTest {
    private static final String SERVER = "3f0c9a52-6d1e-4b7a-9c84-2a5e7d10b6f3";
    private static final String DISK = "1e79eff7-c02b-4dfd-a0d6-f76c90d9b4e0";
    private static final Instant SENT = Instant.parse("2026-11-23T10:00:00Z");
    private static final Instant WINDOW_ENDS = SENT.plus(Duration.ofMinutes(16));

    private final SettlementPolicy policy = new SettlementPolicy(3, Duration.ofMinutes(2));
    private final AttachPreconditions preconditions = new AttachPreconditions(Set.of("HPS"), false);

    private static Optional<CloudStateReader.CloudState> cloudState(String status, boolean onServer) {
        var volumes = onServer ? List.of(new LiteServer.Volume(DISK, "DATA")) : List.<LiteServer.Volume>of();
        var server = new LiteServer(SERVER, "RUNNING", "HPS", "HPS", Set.of(SERVER), volumes);
        return Optional.of(new CloudStateReader.CloudState(
                Optional.of(server), Optional.of(new Disk(DISK, status, false, false, List.of()))));
    }

    private static SendHistory sendHistory(int quietReads, @Nullable Instant quietSince) {
        return new SendHistory(true, WINDOW_ENDS, true, false, quietReads, quietSince, List.of());
    }

    private RequestOutcome evaluate(
            SendHistory sendHistory, Optional<CloudStateReader.CloudState> cloudState, Instant readStartedAt) {
        return policy.evaluate(sendHistory, preconditions, cloudState, false, readStartedAt);
    }

    @ParameterizedTest
    @CsvSource({
        "in-use, true, APPLIED",
        "attaching, false, DISK_CHANGING",
        "in-use, false, DISK_CHANGING",
        "error, false, DISK_CHANGING"
    })
    void a_visible_effect_decides_regardless_of_earlier_quiet_reads(
            String status, boolean onServer, RequestOutcome requestOutcome) {
        var longQuiet = sendHistory(99, SENT);
        assertThat(evaluate(longQuiet, cloudState(status, onServer), WINDOW_ENDS.plusSeconds(999)))
                .isEqualTo(requestOutcome);
    }

    @Test
    void a_deleted_disk_is_inconclusive() {
        var deleted = cloudState("available", false)
                .map(state -> new CloudStateReader.CloudState(state.server(), Optional.empty()));
        assertThat(evaluate(sendHistory(99, SENT), deleted, WINDOW_ENDS.plusSeconds(999)))
                .isEqualTo(RequestOutcome.INCONCLUSIVE);
    }

    @Test
    void a_failed_read_and_an_operation_in_progress_are_inconclusive() {
        var late = WINDOW_ENDS.plusSeconds(999);
        assertThat(evaluate(sendHistory(99, SENT), Optional.empty(), late)).isEqualTo(RequestOutcome.INCONCLUSIVE);
        assertThat(policy.evaluate(sendHistory(99, SENT), preconditions, cloudState("available", false), true, late))
                .isEqualTo(RequestOutcome.INCONCLUSIVE);
    }

    @Test
    void a_quiet_read_proves_nothing_during_the_acceptance_window() {
        var quiet = sendHistory(0, null);
        assertThat(evaluate(quiet, cloudState("available", false), WINDOW_ENDS.minusNanos(1)))
                .isEqualTo(RequestOutcome.IN_ACCEPTANCE_WINDOW);
        assertThat(evaluate(quiet, cloudState("available", false), WINDOW_ENDS))
                .isEqualTo(RequestOutcome.IN_QUIET_PERIOD);
    }

    @Test
    void quiet_reads_before_the_end_of_the_acceptance_window_do_not_count() {
        var late = WINDOW_ENDS.plusSeconds(999);
        assertThat(evaluate(sendHistory(99, WINDOW_ENDS.minusNanos(1)), cloudState("available", false), late))
                .isEqualTo(RequestOutcome.IN_ACCEPTANCE_WINDOW);
        assertThat(evaluate(sendHistory(99, WINDOW_ENDS), cloudState("available", false), late))
                .isEqualTo(RequestOutcome.NOT_APPLIED);
    }

    @Test
    void certainty_needs_the_min_number_of_consecutive_quiet_reads() {
        var late = WINDOW_ENDS.plusSeconds(999);
        assertThat(evaluate(sendHistory(0, null), cloudState("available", false), late))
                .isEqualTo(RequestOutcome.IN_QUIET_PERIOD);
        assertThat(evaluate(sendHistory(1, WINDOW_ENDS), cloudState("available", false), late))
                .isEqualTo(RequestOutcome.IN_QUIET_PERIOD);
        assertThat(evaluate(sendHistory(2, WINDOW_ENDS), cloudState("available", false), late))
                .isEqualTo(RequestOutcome.NOT_APPLIED);
    }

    @Test
    void certainty_needs_quiet_reads_that_span_the_quiet_period() {
        var quietSince = WINDOW_ENDS.plusSeconds(10);
        assertThat(evaluate(sendHistory(99, quietSince), cloudState("available", false), quietSince.plusSeconds(119)))
                .isEqualTo(RequestOutcome.IN_QUIET_PERIOD);
        assertThat(evaluate(sendHistory(99, quietSince), cloudState("available", false), quietSince.plusSeconds(120)))
                .isEqualTo(RequestOutcome.NOT_APPLIED);
    }

    @Test
    void an_operation_that_awaits_an_operator_is_announced_once() {
        var unsigned = new SendHistory(false, WINDOW_ENDS, true, false, 2, WINDOW_ENDS, List.of());
        var unknown = new OperationState.Sending(1).outcomeUnknown("The response was lost.");
        var announced = decide(unknown, unsigned);
        assertThat(announced)
                .isInstanceOfSatisfying(
                        SettlementDecision.Transition.class,
                        transition -> assertThat(transition.to())
                                .isInstanceOfSatisfying(
                                        OperationState.Unsettled.class,
                                        to -> assertThat(to.awaitsOperator()).isTrue()));
        // The version before had other words for it.
        assertThat(decide(unknown.awaitOperator("An operator decides."), unsigned))
                .isEqualTo(new SettlementDecision.RecordQuietReads(3));
    }

    private SettlementDecision decide(OperationState.Unsettled unsettled, SendHistory sendHistory) {
        return policy.decide(
                unsettled,
                sendHistory,
                preconditions,
                cloudState("available", false),
                Optional.empty(),
                WINDOW_ENDS.plusSeconds(999),
                false);
    }

    @Test
    void an_unknown_acceptance_window_never_ends() {
        var unknown = new SendHistory(true, null, true, false, 99, SENT, List.of());
        assertThat(evaluate(unknown, cloudState("available", false), WINDOW_ENDS.plusSeconds(999)))
                .isEqualTo(RequestOutcome.IN_ACCEPTANCE_WINDOW);
    }
}
