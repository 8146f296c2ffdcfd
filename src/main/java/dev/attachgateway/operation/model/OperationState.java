package dev.attachgateway.operation.model;

import org.jspecify.annotations.Nullable;

/** Where an operation stands. Each state offers its legal moves and no others; the last two offer none. */
public sealed interface OperationState {
    OperationStep step();

    OperationStatus status();

    /** How often the request was sent, or was about to be. */
    int attempts();

    /** The cloud's own id of the operation, once it has accepted. */
    default @Nullable String upstreamId() {
        return null;
    }

    /** A sentence for whoever watches; null where the step says enough. */
    default @Nullable String detail() {
        return null;
    }

    /** Nothing follows. */
    default boolean isEnded() {
        return false;
    }

    /** Nothing was sent in this state, nor is it of unknown outcome: server and disk are to be looked at. */
    sealed interface Unsent extends OperationState {
        /** Everything speaks for it: from the commit of this move on, a request may be on its way. */
        default Sending startSending() {
            return new Sending(attempts() + 1);
        }

        default Waiting waitForRetry(String reason) {
            return new Waiting(attempts(), reason);
        }

        /** Another operation is under way on the server. */
        default Queued queue(String place) {
            return new Queued(attempts(), place);
        }

        default Failed fail(OperationFailure failure) {
            return new Failed(attempts(), failure, null);
        }

        /** It would fail now, but what speaks against it may be an earlier request's doing. */
        default Unsettled failInDoubt(OperationFailure failure, String reason) {
            return new Unsettled(attempts(), reason, null, failure);
        }

        @Override
        default OperationStatus status() {
            return OperationStatus.PENDING;
        }
    }

    /** The disk is reserved; server and disk are being looked at. */
    record Checking(int attempts) implements Unsent {
        @Override
        public OperationStep step() {
            return OperationStep.CHECKING;
        }
    }

    /** All is well, and the server is busy with another operation. */
    record Queued(int attempts, String detail) implements Unsent {
        @Override
        public OperationStep step() {
            return OperationStep.QUEUED;
        }
    }

    /** The request surely did not begin, or could not be checked; it is tried again later. */
    record Waiting(int attempts, String detail) implements Unsent {
        @Override
        public OperationStep step() {
            return OperationStep.WAITING;
        }
    }

    /** The intent is committed: the request may have left. */
    record Sending(int attempts) implements OperationState {
        public Following accepted(String upstreamId, boolean running) {
            return new Following(attempts, upstreamId, running);
        }

        public Failed refused(OperationFailure failure) {
            return new Failed(attempts, failure, null);
        }

        /** Only for a request of which it is sure that it did not begin. */
        public Waiting notStarted(String reason) {
            return new Waiting(attempts, reason);
        }

        public Unsettled outcomeUnknown(String reason) {
            return new Unsettled(attempts, reason, null, null);
        }

        /** The cloud says no, but what it objects to may be an earlier request's doing. */
        public Unsettled refusedInDoubt(OperationFailure failure, String reason) {
            return new Unsettled(attempts, reason, null, failure);
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

    /** The cloud has accepted and is at work. */
    record Following(int attempts, String upstreamId, boolean running) implements OperationState {
        public Following nowRunning() {
            return new Following(attempts, upstreamId, true);
        }

        /** The cloud says success; whether the disk is there is still to be seen. */
        public Confirming cloudSucceeded() {
            return new Confirming(attempts, upstreamId);
        }

        public Failed failed(OperationFailure failure) {
            return new Failed(attempts, failure, upstreamId);
        }

        public Unsettled failedInDoubt(OperationFailure failure, String reason) {
            return new Unsettled(attempts, reason, upstreamId, failure);
        }

        public Unsettled outcomeUnknown(String reason) {
            return new Unsettled(attempts, reason, upstreamId, null);
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

    /** The cloud's operation is over; EVS, which lags, has to show the disk on the server. */
    record Confirming(int attempts, String upstreamId) implements OperationState {
        public Succeeded confirmed() {
            return new Succeeded(attempts, upstreamId);
        }

        public Unsettled notConfirmed(String reason) {
            return new Unsettled(attempts, reason, upstreamId, null);
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
     * It may have happened. The disk stays reserved and nothing is sent until looking has told.
     *
     * @param pendingFailure what it fails with once it is certain that it did not happen; null when it is then sent again
     */
    record Unsettled(
            int attempts,
            String detail,
            @Nullable String upstreamId,
            @Nullable OperationFailure pendingFailure) implements OperationState {
        public Succeeded confirmed() {
            return new Succeeded(attempts, upstreamId);
        }

        /** Only when it is certain that nothing happened and that nothing can happen any more. */
        public Waiting notApplied(String reason) {
            return new Waiting(attempts, reason);
        }

        /** Only when it is certain that nothing happened and that nothing can happen any more. */
        public Failed failed(OperationFailure failure) {
            return new Failed(attempts, failure, upstreamId);
        }

        /** What looking has told so far. */
        public Unsettled withDetail(String news, @Nullable OperationFailure found) {
            return new Unsettled(attempts, news, upstreamId, found);
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

    /** What was asked for is done, and was seen. */
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

    /** It did not happen, and the disk is nobody's again. */
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
