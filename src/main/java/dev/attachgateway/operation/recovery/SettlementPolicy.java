package dev.attachgateway.operation.recovery;

import dev.attachgateway.disk.DiskPreconditions;
import dev.attachgateway.operation.model.OperationFailure;
import dev.attachgateway.operation.model.OperationState;
import dev.attachgateway.operation.model.SendHistory;
import dev.attachgateway.operation.precondition.CloudStateReader;
import dev.attachgateway.upstream.ModelArtsClient;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Decides from reads of server and disk whether a request of unknown outcome was applied, and how its operation continues.
 * It is a pure function of its inputs.
 *
 * @param minReads how many consecutive quiet reads are needed for certainty
 * @param quietPeriod how long they have to span, longer than EVS lags behind
 */
public record SettlementPolicy(int minReads, Duration quietPeriod) {
    private static final String DISK_CHANGING_DETAIL =
            "The cloud is changing the disk. The disk stays reserved until the change ends.";
    private static final String UNSIGNED_DETAIL =
            "Server and disk show no effect of the request, but it was sent with a token and the cloud may still accept it,"
                    + " so it is not sent again. The disk stays reserved until an operator decides.";
    private static final String ACCEPTED_DETAIL =
            "The cloud accepted the request, but server and disk show no effect of it."
                    + " The disk stays reserved until an operator decides.";
    private static final String CLOUD_FAILED_DETAIL =
            "The cloud reports that its operation failed; this is being confirmed.";
    private static final String RETRY_DETAIL = "The request certainly was not carried out. It is sent again.";

    /** The evidence of one read about the request. */
    enum RequestOutcome {
        /** The request was applied. */
        APPLIED,
        /** No conclusion is possible. */
        INCONCLUSIVE,
        /** The disk has changed or is changing. */
        DISK_CHANGING,
        /** No trace of the request, which proves nothing while the cloud still accepts it. */
        IN_ACCEPTANCE_WINDOW,
        /** No trace of the request, and its effect may not be visible yet. */
        IN_QUIET_PERIOD,
        /** The request was not applied and cannot be any more. */
        NOT_APPLIED
    }

    /**
     * The evidence of one read.
     *
     * @param cloudState empty if server or disk could not be read
     * @param inProgress whether the cloud reports its operation as unfinished
     * @param readStartedAt the start of the read, by the database's clock
     */
    RequestOutcome evaluate(
            SendHistory sendHistory,
            DiskPreconditions diskPreconditions,
            Optional<CloudStateReader.CloudState> cloudState,
            boolean inProgress,
            Instant readStartedAt) {
        if (cloudState.isEmpty()) {
            return RequestOutcome.INCONCLUSIVE;
        }
        var server = cloudState.get().server();
        var disk = cloudState.get().disk();
        if (disk.isEmpty()) {
            // A deleted or hidden disk does not show whether the request was applied.
            return RequestOutcome.INCONCLUSIVE;
        }
        if (diskPreconditions.isConfirmed(server, disk)) {
            return RequestOutcome.APPLIED;
        }
        if (!diskPreconditions.isUnchanged(server, disk, sendHistory.baseline())) {
            return RequestOutcome.DISK_CHANGING;
        }
        if (inProgress) {
            return RequestOutcome.INCONCLUSIVE;
        }
        if (isInAcceptanceWindow(sendHistory, readStartedAt)) {
            return RequestOutcome.IN_ACCEPTANCE_WINDOW;
        }
        return isQuietPeriodOver(sendHistory, readStartedAt)
                ? RequestOutcome.NOT_APPLIED
                : RequestOutcome.IN_QUIET_PERIOD;
    }

    /**
     * The decision after one read.
     *
     * @param progress the cloud's progress of its operation; empty without an id, or if it could not be read
     * @param readStartedAt the start of the read, by the database's clock: a process suspended since then has read the state
     *     of that time
     * @param isOverdue whether an unsent request is abandoned by now
     */
    public SettlementDecision decide(
            OperationState.Unsettled unsettled,
            SendHistory sendHistory,
            DiskPreconditions diskPreconditions,
            Optional<CloudStateReader.CloudState> cloudState,
            Optional<ModelArtsClient.OperationProgress> progress,
            Instant readStartedAt,
            boolean isOverdue) {
        var reportedStatus = progress.map(ModelArtsClient.OperationProgress::status);
        var pendingFailure = reportedStatus
                .filter(status -> status == ModelArtsClient.CloudOperationStatus.FAILED)
                .map(_ -> OperationFailure.of(progress.get()))
                .orElse(unsettled.pendingFailure());
        var inProgress = reportedStatus
                .filter(status -> status == ModelArtsClient.CloudOperationStatus.PENDING || status.isShownAsRunning())
                .isPresent();
        return switch (evaluate(sendHistory, diskPreconditions, cloudState, inProgress, readStartedAt)) {
            case APPLIED -> new SettlementDecision.Transition(unsettled.confirmed(), false);
            case INCONCLUSIVE, IN_ACCEPTANCE_WINDOW -> updateQuietReads(unsettled, sendHistory, pendingFailure, 0);
            case DISK_CHANGING ->
                sendHistory.activitySeen()
                        ? updateQuietReads(unsettled, sendHistory, pendingFailure, 0)
                        : new SettlementDecision.Transition(
                                unsettled.withDetail(DISK_CHANGING_DETAIL, pendingFailure), true);
            case IN_QUIET_PERIOD ->
                updateQuietReads(unsettled, sendHistory, pendingFailure, sendHistory.quietReads() + 1);
            case NOT_APPLIED -> decideNotApplied(unsettled, sendHistory, pendingFailure, isOverdue);
        };
    }

    /** The decision for a request that certainly was not applied. */
    private static SettlementDecision decideNotApplied(
            OperationState.Unsettled unsettled,
            SendHistory sendHistory,
            @Nullable OperationFailure pendingFailure,
            boolean isOverdue) {
        if (pendingFailure != null) {
            return new SettlementDecision.Transition(unsettled.failed(pendingFailure), false);
        }
        if (unsettled.upstreamId() != null) {
            return awaitOperator(unsettled, sendHistory, ACCEPTED_DETAIL);
        }
        if (!sendHistory.signed()) {
            return awaitOperator(unsettled, sendHistory, UNSIGNED_DETAIL);
        }
        if (sendHistory.activitySeen()) {
            return new SettlementDecision.Transition(unsettled.failed(OperationFailure.rolledBack()), false);
        }
        if (isOverdue) {
            var failure = OperationFailure.notSent("The request was lost, and its deadline has passed.");
            return new SettlementDecision.Transition(unsettled.failed(failure), false);
        }
        return new SettlementDecision.Transition(unsettled.notApplied(RETRY_DETAIL), false);
    }

    private static SettlementDecision awaitOperator(
            OperationState.Unsettled unsettled, SendHistory sendHistory, String detail) {
        return unsettled.awaitsOperator()
                ? updateQuietReads(unsettled, sendHistory, null, sendHistory.quietReads() + 1)
                : new SettlementDecision.Transition(unsettled.awaitOperator(detail), false);
    }

    private static SettlementDecision updateQuietReads(
            OperationState.Unsettled unsettled,
            SendHistory sendHistory,
            @Nullable OperationFailure pendingFailure,
            int quietReads) {
        if (!Objects.equals(pendingFailure, unsettled.pendingFailure())) {
            return new SettlementDecision.Transition(unsettled.withDetail(CLOUD_FAILED_DETAIL, pendingFailure), false);
        }
        return quietReads == 0 && sendHistory.quietReads() == 0
                ? new SettlementDecision.NoChange()
                : new SettlementDecision.RecordQuietReads(quietReads);
    }

    /** A request accepted at the last moment becomes visible later, so only reads after the end of the window count. */
    private static boolean isInAcceptanceWindow(SendHistory sendHistory, Instant readStartedAt) {
        var quietSince = sendHistory.quietSince();
        var windowEnd = sendHistory.acceptanceWindowEnd();
        return windowEnd == null
                || readStartedAt.isBefore(windowEnd)
                || (quietSince != null && quietSince.isBefore(windowEnd));
    }

    /** Whether enough quiet reads span the quiet period, counting the present one. */
    private boolean isQuietPeriodOver(SendHistory sendHistory, Instant readStartedAt) {
        var quietSince = sendHistory.quietSince();
        return quietSince != null
                && sendHistory.quietReads() + 1 >= minReads
                && !readStartedAt.isBefore(quietSince.plus(quietPeriod));
    }
}
