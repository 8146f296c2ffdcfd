package dev.attachgateway.statespace;

import org.jspecify.annotations.Nullable;

/**
 * The execution of one operation by one replica, within a step. It may pause there for any time, like a process that is
 * suspended and resumed.
 *
 * @param leaseValid whether its lease is the one in the row
 * @param staleRow the outdated row that it knows; null if it knows the current one
 */
record Execution(Phase phase, boolean leaseValid, @Nullable OperationRow staleRow) {

    /** The phase within a step. */
    sealed interface Phase {
        int code();
    }

    /** Between two steps. */
    record Idle() implements Phase {
        @Override
        public int code() {
            return 1;
        }
    }

    /** The cloud was read and the result is not evaluated yet; used only where the delay makes a difference. */
    record ReadDone(DiskView shown, ReportedStatus reported) implements Phase {
        @Override
        public int code() {
            return 2 | shown.code() << 3 | reported.code() << 6;
        }
    }

    /** A write is to be committed; if {@code done}, it was already, and the database's response was lost. */
    record Writing(Write write, boolean done) implements Phase {
        @Override
        public int code() {
            return 3 | (done ? 8 : 0) | write.code() << 4;
        }
    }

    /** The request may be sent. */
    record Ready() implements Phase {
        @Override
        public int code() {
            return 4;
        }
    }

    /** The request was sent; its response may arrive. */
    record Awaiting() implements Phase {
        @Override
        public int code() {
            return 5;
        }
    }

    static final Idle IDLE = new Idle();

    static Execution started() {
        return new Execution(IDLE, true, null);
    }

    Execution inPhase(Phase nextPhase) {
        return new Execution(nextPhase, leaseValid, staleRow);
    }

    /** The execution with the current row. */
    Execution withCurrentRow(Phase nextPhase) {
        return new Execution(nextPhase, leaseValid, null);
    }

    /** The execution after another one changed the row. */
    Execution rowChanged(OperationRow before) {
        return staleRow != null ? this : new Execution(phase, leaseValid, before);
    }

    /** The execution after another replica took the lease and left the row unchanged. */
    Execution leaseTaken() {
        return new Execution(phase, false, staleRow);
    }

    boolean isCurrent() {
        return leaseValid && staleRow == null;
    }

    Execution ticked() {
        return staleRow == null ? this : new Execution(phase, leaseValid, staleRow.ticked());
    }

    OperationRow knownRow(OperationRow current) {
        return staleRow == null ? current : staleRow;
    }

    long code() {
        return StateCodes.mix((long) phase.code() << 1 | (leaseValid ? 1 : 0), staleRow == null ? 0 : staleRow.code(0));
    }
}
