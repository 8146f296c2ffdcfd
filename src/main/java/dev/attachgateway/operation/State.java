package dev.attachgateway.operation;

import org.jspecify.annotations.Nullable;

/** Where an operation stands. Each state offers its legal moves and no others; the last two offer none. */
public sealed interface State {
    Step step();

    Status status();

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
    sealed interface Unsent extends State {
        /** Everything speaks for it: from the commit of this move on, a request may be on its way. */
        default Sending intend() {
            return new Sending(attempts() + 1);
        }

        default Waiting hold(String reason) {
            return new Waiting(attempts(), reason);
        }

        /** Another operation is under way on the server. */
        default Queued queue(String place) {
            return new Queued(attempts(), place);
        }

        default Failed fail(Failure failure) {
            return new Failed(attempts(), failure, null);
        }

        /** It would fail now, but what speaks against it may be an earlier request's doing. */
        default Unsettled failInDoubt(Failure failure, String reason) {
            return new Unsettled(attempts(), reason, null, failure);
        }

        @Override
        default Status status() {
            return Status.PENDING;
        }
    }

    /** The disk is reserved; server and disk are being looked at. */
    record Checking(int attempts) implements Unsent {
        @Override
        public Step step() {
            return Step.CHECKING;
        }
    }

    /** All is well, and the server is busy with another operation. */
    record Queued(int attempts, String detail) implements Unsent {
        @Override
        public Step step() {
            return Step.QUEUED;
        }
    }

    /** The request surely did not begin, or could not be checked; it is tried again later. */
    record Waiting(int attempts, String detail) implements Unsent {
        @Override
        public Step step() {
            return Step.WAITING;
        }
    }

    /** The intent is committed: the request may have left. */
    record Sending(int attempts) implements State {
        public Following accepted(String upstreamId, boolean running) {
            return new Following(attempts, upstreamId, running);
        }

        public Failed refused(Failure failure) {
            return new Failed(attempts, failure, null);
        }

        /** Only for a request of which it is sure that it did not begin. */
        public Waiting notStarted(String reason) {
            return new Waiting(attempts, reason);
        }

        public Unsettled lostSight(String reason) {
            return new Unsettled(attempts, reason, null, null);
        }

        /** The cloud says no, but what it objects to may be an earlier request's doing. */
        public Unsettled refusedInDoubt(Failure failure, String reason) {
            return new Unsettled(attempts, reason, null, failure);
        }

        @Override
        public Step step() {
            return Step.SENDING;
        }

        @Override
        public Status status() {
            return Status.PENDING;
        }
    }

    /** The cloud has accepted and is at work. */
    record Following(int attempts, String upstreamId, boolean running) implements State {
        public Following nowRunning() {
            return new Following(attempts, upstreamId, true);
        }

        /** The cloud says success; whether the disk is there is still to be seen. */
        public Confirming saidDone() {
            return new Confirming(attempts, upstreamId);
        }

        public Failed failed(Failure failure) {
            return new Failed(attempts, failure, upstreamId);
        }

        public Unsettled failedInDoubt(Failure failure, String reason) {
            return new Unsettled(attempts, reason, upstreamId, failure);
        }

        public Unsettled lostSight(String reason) {
            return new Unsettled(attempts, reason, upstreamId, null);
        }

        @Override
        public Step step() {
            return Step.FOLLOWING;
        }

        @Override
        public Status status() {
            return running ? Status.RUNNING : Status.PENDING;
        }
    }

    /** The cloud's operation is over; EVS, which lags, has to show the disk on the server. */
    record Confirming(int attempts, String upstreamId) implements State {
        public Succeeded confirmed() {
            return new Succeeded(attempts, upstreamId);
        }

        public Unsettled notSeen(String reason) {
            return new Unsettled(attempts, reason, upstreamId, null);
        }

        @Override
        public Step step() {
            return Step.CONFIRMING;
        }

        @Override
        public Status status() {
            return Status.RUNNING;
        }
    }

    /**
     * It may have happened. The disk stays reserved and nothing is sent until looking has told.
     *
     * @param verdict what it fails with once it is certain that it did not happen; null when it is then sent again
     */
    record Unsettled(
            int attempts,
            String detail,
            @Nullable String upstreamId,
            @Nullable Failure verdict) implements State {
        public Succeeded confirmed() {
            return new Succeeded(attempts, upstreamId);
        }

        /** Only when it is certain that nothing happened and that nothing can happen any more. */
        public Waiting nothingHappened(String reason) {
            return new Waiting(attempts, reason);
        }

        /** Only when it is certain that nothing happened and that nothing can happen any more. */
        public Failed failed(Failure failure) {
            return new Failed(attempts, failure, upstreamId);
        }

        /** What looking has told so far. */
        public Unsettled told(String news, @Nullable Failure found) {
            return new Unsettled(attempts, news, upstreamId, found);
        }

        @Override
        public Step step() {
            return Step.UNSETTLED;
        }

        @Override
        public Status status() {
            return Status.RUNNING;
        }
    }

    /** What was asked for is done, and was seen. */
    record Succeeded(int attempts, @Nullable String upstreamId) implements State {
        @Override
        public Step step() {
            return Step.SUCCEEDED;
        }

        @Override
        public Status status() {
            return Status.SUCCESS;
        }

        @Override
        public boolean isEnded() {
            return true;
        }
    }

    /** It did not happen, and the disk is nobody's again. */
    record Failed(int attempts, Failure failure, @Nullable String upstreamId) implements State {
        @Override
        public Step step() {
            return Step.FAILED;
        }

        @Override
        public Status status() {
            return Status.FAILED;
        }

        @Override
        public boolean isEnded() {
            return true;
        }
    }
}
