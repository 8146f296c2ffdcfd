package dev.attachgateway.operation.model;

import org.jspecify.annotations.Nullable;

/** The state of an operation. Each state offers its legal transitions only; the two final states offer none. */
public sealed interface OperationState {
    /** The step that the state belongs to. */
    OperationStep step();

    /** The status that the cloud's API has for the state. */
    OperationStatus status();

    /** The number of sends, counting a send that was committed and may not have left. */
    int attempts();

    /** The cloud's id of the operation; null before the cloud accepted the request. */
    default @Nullable String upstreamId() {
        return null;
    }

    /** A sentence for the caller; null where the step is enough. */
    default @Nullable String detail() {
        return null;
    }

    /** Whether the state is final. */
    default boolean isEnded() {
        return false;
    }

    /** A state without a request in flight or of unknown outcome; server and disk are read before a send. */
    sealed interface Unsent extends OperationState {
        /** All preconditions hold. From the commit of this transition on, a request may be in flight. */
        default Sending startSending() {
            return new Sending(attempts() + 1);
        }

        /** Another attempt follows later. */
        default Waiting waitForRetry(String reason) {
            return new Waiting(attempts(), reason);
        }

        /** Another operation is under way on the server, or sends are paused, which has no position. */
        default Queued queue(@Nullable Integer position, String detail) {
            return new Queued(attempts(), position, detail);
        }

        /** The operation fails before a send. */
        default Failed fail(OperationFailure failure) {
            return new Failed(attempts(), failure, null);
        }

        /** A precondition is violated, but the violation may be the effect of an earlier request. */
        default Unsettled failInDoubt(OperationFailure failure, String reason) {
            return new Unsettled(attempts(), reason, null, failure, false);
        }

        @Override
        default OperationStatus status() {
            return OperationStatus.PENDING;
        }
    }

    /** The disk is reserved; server and disk are being read. */
    record Checking(int attempts) implements Unsent {
        @Override
        public OperationStep step() {
            return OperationStep.CHECKING;
        }
    }

    /**
     * All preconditions hold, and the server is busy with another operation or sends are paused.
     *
     * @param position in the server's queue, counting the operation under way; null while sends are paused
     */
    record Queued(int attempts, @Nullable Integer position, String detail) implements Unsent {
        @Override
        public OperationStep step() {
            return OperationStep.QUEUED;
        }
    }

    /** The request certainly did not begin, or its preconditions could not be checked; a retry follows. */
    record Waiting(int attempts, String detail) implements Unsent {
        @Override
        public OperationStep step() {
            return OperationStep.WAITING;
        }
    }

    /** The intent is committed: the request may have left. */
    record Sending(int attempts) implements OperationState {
        /** The cloud accepted the request. */
        public Following accepted(String upstreamId, boolean running) {
            return new Following(attempts, upstreamId, running);
        }

        /** The cloud refused the request. */
        public Failed refused(OperationFailure failure) {
            return new Failed(attempts, failure, null);
        }

        /** The request certainly did not begin. */
        public Waiting notStarted(String reason) {
            return new Waiting(attempts, reason);
        }

        /** The request may or may not have been applied. */
        public Unsettled outcomeUnknown(String reason) {
            return new Unsettled(attempts, reason, null, null, false);
        }

        /** The cloud refused the request, but the reason may be the effect of an earlier request. */
        public Unsettled refusedInDoubt(OperationFailure failure, String reason) {
            return new Unsettled(attempts, reason, null, failure, false);
        }

        @Override
        public OperationStep step() {
            return OperationStep.SENDING;
        }

        @Override
        public OperationStatus status() {
            return OperationStatus.PENDING;
        }
    }

    /** The cloud accepted the request and is processing it. */
    record Following(int attempts, String upstreamId, boolean running) implements OperationState {
        /** The cloud reports that its operation has started. */
        public Following nowRunning() {
            return new Following(attempts, upstreamId, true);
        }

        /** The cloud reports success; EVS has still to confirm it. */
        public Confirming cloudSucceeded() {
            return new Confirming(attempts, upstreamId);
        }

        /** The cloud reports a failure. */
        public Failed failed(OperationFailure failure) {
            return new Failed(attempts, failure, upstreamId);
        }

        /** The cloud reports a failure, but its reason may be the effect of an earlier request. */
        public Unsettled failedInDoubt(OperationFailure failure, String reason) {
            return new Unsettled(attempts, reason, upstreamId, failure, false);
        }

        /** The cloud has not reported an end in time. */
        public Unsettled outcomeUnknown(String reason) {
            return new Unsettled(attempts, reason, upstreamId, null, false);
        }

        @Override
        public OperationStep step() {
            return OperationStep.FOLLOWING;
        }

        @Override
        public OperationStatus status() {
            return running ? OperationStatus.RUNNING : OperationStatus.PENDING;
        }
    }

    /** The cloud's operation succeeded; EVS, which lags behind, has to confirm it. */
    record Confirming(int attempts, String upstreamId) implements OperationState {
        /** EVS confirms the success. */
        public Succeeded confirmed() {
            return new Succeeded(attempts, upstreamId);
        }

        /** EVS has not confirmed the success in time. */
        public Unsettled notConfirmed(String reason) {
            return new Unsettled(attempts, reason, upstreamId, null, false);
        }

        @Override
        public OperationStep step() {
            return OperationStep.CONFIRMING;
        }

        @Override
        public OperationStatus status() {
            return OperationStatus.RUNNING;
        }
    }

    /**
     * The outcome of a request is unknown. The disk stays reserved, and nothing is sent until the outcome is settled.
     *
     * @param pendingFailure the failure to end with once it is certain that the request was not applied; null if the request
     *     is then retried
     * @param awaitsOperator whether reads of server and disk cannot settle the outcome, so that an operator has to decide
     */
    record Unsettled(
            int attempts,
            String detail,
            @Nullable String upstreamId,
            @Nullable OperationFailure pendingFailure,
            boolean awaitsOperator)
            implements OperationState {
        /** The request was applied. */
        public Succeeded confirmed() {
            return new Succeeded(attempts, upstreamId);
        }

        /** The request certainly was not applied and cannot be any more; a retry follows. */
        public Waiting notApplied(String reason) {
            return new Waiting(attempts, reason);
        }

        /** The request certainly was not applied and cannot be any more. */
        public Failed failed(OperationFailure failure) {
            return new Failed(attempts, failure, upstreamId);
        }

        /** The same state with the present findings. */
        public Unsettled withDetail(String newDetail, @Nullable OperationFailure newPendingFailure) {
            return new Unsettled(attempts, newDetail, upstreamId, newPendingFailure, false);
        }

        /** The request has no visible effect and cannot be retried safely. */
        public Unsettled awaitOperator(String newDetail) {
            return new Unsettled(attempts, newDetail, upstreamId, null, true);
        }

        @Override
        public OperationStep step() {
            return OperationStep.UNSETTLED;
        }

        @Override
        public OperationStatus status() {
            return OperationStatus.RUNNING;
        }
    }

    /** The request was applied, and the cloud shows its effect. */
    record Succeeded(int attempts, @Nullable String upstreamId) implements OperationState {
        @Override
        public OperationStep step() {
            return OperationStep.SUCCEEDED;
        }

        @Override
        public OperationStatus status() {
            return OperationStatus.SUCCESS;
        }

        @Override
        public boolean isEnded() {
            return true;
        }
    }

    /** The request was not applied, and the disk is no longer reserved. */
    record Failed(
            int attempts,
            OperationFailure failure,
            @Nullable String upstreamId) implements OperationState {
        @Override
        public OperationStep step() {
            return OperationStep.FAILED;
        }

        @Override
        public OperationStatus status() {
            return OperationStatus.FAILED;
        }

        @Override
        public boolean isEnded() {
            return true;
        }
    }
}
