package dev.attachgateway.statespace;

import org.jspecify.annotations.Nullable;

/**
 * One replica at work on one operation, somewhere within a step. It may stand still there for as long as it likes: a
 * replica that is stopped and woken up again does nothing else.
 *
 * @param holds whether its lease is still the one in the row
 * @param outdated the row as it knows it; null when that is the present one
 */
record Drive(Phase phase, boolean holds, @Nullable Row outdated) {

    /** Where in a step it is. */
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

    /** It has looked and not judged yet; only where it makes a difference. */
    record Looked(Shown shown, Heard heard) implements Phase {
        @Override
        public int code() {
            return 2 | shown.code() << 3 | heard.code() << 6;
        }
    }

    /** It wants this written; perhaps it is already, and the database's answer was lost. */
    record Writing(Write write, boolean done) implements Phase {
        @Override
        public int code() {
            return 3 | (done ? 8 : 0) | write.code() << 4;
        }
    }

    /** The request may leave. */
    record Ready() implements Phase {
        @Override
        public int code() {
            return 4;
        }
    }

    /** The request has left; its answer may come. */
    record Awaiting() implements Phase {
        @Override
        public int code() {
            return 5;
        }
    }

    static final Idle IDLE = new Idle();

    static Drive fresh() {
        return new Drive(IDLE, true, null);
    }

    Drive in(Phase now) {
        return new Drive(now, holds, outdated);
    }

    /** Its knowledge is the present row's. */
    Drive upToDate(Phase now) {
        return new Drive(now, holds, null);
    }

    /** The row has been changed by somebody else. */
    Drive overtaken(Row before) {
        return outdated != null ? this : new Drive(phase, holds, before);
    }

    /** The lease has been taken over; the row is as it was. */
    Drive fenced() {
        return new Drive(phase, false, outdated);
    }

    boolean isCurrent() {
        return holds && outdated == null;
    }

    Drive ticked() {
        return outdated == null ? this : new Drive(phase, holds, outdated.ticked());
    }

    Row knows(Row present) {
        return outdated == null ? present : outdated;
    }

    long code() {
        return Coded.mix((long) phase.code() << 1 | (holds ? 1 : 0), outdated == null ? 0 : outdated.code(0));
    }
}
