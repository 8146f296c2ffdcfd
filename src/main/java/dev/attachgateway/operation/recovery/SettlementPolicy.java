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
 * Judges what a look at server and disk tells of a request whose outcome is unknown, and what follows from it. Pure: the
 * same facts give the same course.
 *
 * @param minReads how many looks in a row have to see nothing before that counts as certain
 * @param quietPeriod how long they have to span, longer than EVS lags behind
 */
public record SettlementPolicy(int minReads, Duration quietPeriod) {
    private static final String DISK_CHANGING_DETAIL =
            "The cloud shows something going on with the disk; it stays reserved until that is over.";
    private static final String UNSIGNED_DETAIL =
            "Nothing of the request is seen, but it was sent with a token and might still be taken, so it is not sent again."
                    + " The disk stays reserved until an operator decides.";
    private static final String ACCEPTED_DETAIL =
            "The cloud accepted the request and nothing of it is seen. The disk stays reserved until an operator decides.";
    private static final String CLOUD_FAILED_DETAIL = "The cloud says that it failed; this is being confirmed.";
    private static final String RETRY_DETAIL = "It is certain that the request was not carried out. It is sent again.";

    /** What one look tells. */
    enum RequestOutcome {
        /** It happened. */
        APPLIED,
        /** Nothing can be said. */
        INCONCLUSIVE,
        /** Something is going on with the disk. */
        DISK_CHANGING,
        /** No trace of it, which proves nothing while the cloud still takes the request. */
        IN_ACCEPTANCE_WINDOW,
        /** No trace of it, and what it did may not be shown yet. */
        IN_QUIET_PERIOD,
        /** It did not happen and cannot happen any more. */
        NOT_APPLIED
    }

    /**
     * One look.
     *
     * @param sight empty when server or disk could not be looked at
     * @param atWork whether the cloud says that its operation is not over
     * @param begun when the look was begun, by the database's clock
     */
    RequestOutcome evaluate(
            SendHistory sendHistory,
            DiskPreconditions diskPreconditions,
            Optional<CloudStateReader.CloudState> sight,
            boolean atWork,
            Instant begun) {
        if (sight.isEmpty()) {
            return RequestOutcome.INCONCLUSIVE;
        }
        var server = sight.get().server();
        var disk = sight.get().disk();
        if (disk.isEmpty()) {
            // Deleted, or hidden from the gateway: neither says what became of the request.
            return RequestOutcome.INCONCLUSIVE;
        }
        if (diskPreconditions.isConfirmed(server, disk)) {
            return RequestOutcome.APPLIED;
        }
        if (!diskPreconditions.isUnchanged(server, disk, sendHistory.baseline())) {
            return RequestOutcome.DISK_CHANGING;
        }
        if (atWork) {
            return RequestOutcome.INCONCLUSIVE;
        }
        if (isInAcceptanceWindow(sendHistory, begun)) {
            return RequestOutcome.IN_ACCEPTANCE_WINDOW;
        }
        return isQuietPeriodOver(sendHistory, begun) ? RequestOutcome.NOT_APPLIED : RequestOutcome.IN_QUIET_PERIOD;
    }

    /**
     * What follows from one look.
     *
     * @param progress what the cloud says of its operation; empty when it has no id, or does not say
     * @param begun when the look was begun, by the database's clock: whoever was stopped since then has seen what was so
     *     then
     * @param isOverdue whether what was not sent by now is given up
     */
    public SettlementDecision decide(
            OperationState.Unsettled unsettled,
            SendHistory sendHistory,
            DiskPreconditions diskPreconditions,
            Optional<CloudStateReader.CloudState> sight,
            Optional<ModelArtsClient.Progress> progress,
            Instant begun,
            boolean isOverdue) {
        var word = progress.map(ModelArtsClient.Progress::word);
        var verdict = word.filter(it -> it == ModelArtsClient.Word.FAILED)
                .map(failed -> OperationFailure.of(progress.get()))
                .orElse(unsettled.pendingFailure());
        var atWork = word.filter(it -> it == ModelArtsClient.Word.PENDING || it == ModelArtsClient.Word.RUNNING)
                .isPresent();
        return switch (evaluate(sendHistory, diskPreconditions, sight, atWork, begun)) {
            case APPLIED -> new SettlementDecision.Transition(unsettled.confirmed(), false);
            case INCONCLUSIVE, IN_ACCEPTANCE_WINDOW -> updateQuietReads(unsettled, sendHistory, verdict, 0);
            case DISK_CHANGING ->
                sendHistory.activitySeen()
                        ? updateQuietReads(unsettled, sendHistory, verdict, 0)
                        : new SettlementDecision.Transition(unsettled.withDetail(DISK_CHANGING_DETAIL, verdict), true);
            case IN_QUIET_PERIOD -> updateQuietReads(unsettled, sendHistory, verdict, sendHistory.quietReads() + 1);
            case NOT_APPLIED -> decideNotApplied(unsettled, sendHistory, verdict, isOverdue);
        };
    }

    /** Nothing happened, as far as anybody can see. */
    private static SettlementDecision decideNotApplied(
            OperationState.Unsettled unsettled,
            SendHistory sendHistory,
            @Nullable OperationFailure verdict,
            boolean isOverdue) {
        if (verdict != null) {
            return new SettlementDecision.Transition(unsettled.failed(verdict), false);
        }
        if (unsettled.upstreamId() != null) {
            return remainUnsettled(unsettled, sendHistory, ACCEPTED_DETAIL);
        }
        if (!sendHistory.signed()) {
            return remainUnsettled(unsettled, sendHistory, UNSIGNED_DETAIL);
        }
        if (sendHistory.activitySeen()) {
            return new SettlementDecision.Transition(unsettled.failed(OperationFailure.rolledBack()), false);
        }
        if (isOverdue) {
            var lost = OperationFailure.notSent("The request was lost and its time is over.");
            return new SettlementDecision.Transition(unsettled.failed(lost), false);
        }
        return new SettlementDecision.Transition(unsettled.notApplied(RETRY_DETAIL), false);
    }

    private static SettlementDecision remainUnsettled(
            OperationState.Unsettled unsettled, SendHistory sendHistory, String detail) {
        return unsettled.detail().equals(detail)
                ? updateQuietReads(unsettled, sendHistory, null, sendHistory.quietReads() + 1)
                : new SettlementDecision.Transition(unsettled.withDetail(detail, null), false);
    }

    private static SettlementDecision updateQuietReads(
            OperationState.Unsettled unsettled,
            SendHistory sendHistory,
            @Nullable OperationFailure verdict,
            int quietReads) {
        if (!Objects.equals(verdict, unsettled.pendingFailure())) {
            return new SettlementDecision.Transition(unsettled.withDetail(CLOUD_FAILED_DETAIL, verdict), false);
        }
        return quietReads == 0 && sendHistory.quietReads() == 0
                ? new SettlementDecision.NoChange()
                : new SettlementDecision.RecordQuietReads(quietReads);
    }

    /** What arrives at the last moment shows only later: looks count from the moment when nothing can arrive any more. */
    private static boolean isInAcceptanceWindow(SendHistory sendHistory, Instant begun) {
        var since = sendHistory.quietSince();
        var ends = sendHistory.acceptanceWindowEnd();
        return ends == null || begun.isBefore(ends) || (since != null && since.isBefore(ends));
    }

    /** Counting the present look, which saw nothing. */
    private boolean isQuietPeriodOver(SendHistory sendHistory, Instant begun) {
        var since = sendHistory.quietSince();
        return since != null && sendHistory.quietReads() + 1 >= minReads && !begun.isBefore(since.plus(quietPeriod));
    }
}
