package dev.attachgateway.statespace;

import dev.attachgateway.operation.model.OperationState;
import org.jspecify.annotations.Nullable;

/**
 * What a replica wants to write down.
 *
 * @param to the state to change to; null when only the streak of quiet looks is noted
 * @param intent whether a request may leave once it is committed
 * @param seen whether a look saw something going on
 */
record Write(@Nullable OperationState to, boolean intent, boolean seen, int quietReads) {
    static Write move(OperationState to) {
        return new Write(to, false, false, 0);
    }

    static Write intent(OperationState.Sending to) {
        return new Write(to, true, false, 0);
    }

    static Write seen(OperationState to) {
        return new Write(to, false, true, 0);
    }

    static Write note(int quietReads) {
        return new Write(null, false, false, quietReads);
    }

    int code() {
        return (to == null ? 0 : Coded.state(to)) << 8 | quietReads << 2 | (intent ? 2 : 0) | (seen ? 1 : 0);
    }

    @Override
    public String toString() {
        return to == null ? "quiet looks: " + quietReads : Coded.words(to);
    }
}
