package dev.attachgateway.statespace;

import dev.attachgateway.operation.model.OperationState;
import org.jspecify.annotations.Nullable;

/**
 * An update of a row by a replica.
 *
 * @param to the state after the transition; null if only the number of quiet reads is stored
 * @param intent whether a request may be sent after the commit
 * @param activitySeen whether a read saw the disk change
 */
record Write(@Nullable OperationState to, boolean intent, boolean activitySeen, int quietReads) {
    static Write transition(OperationState to) {
        return new Write(to, false, false, 0);
    }

    static Write intent(OperationState.Sending to) {
        return new Write(to, true, false, 0);
    }

    static Write activity(OperationState to) {
        return new Write(to, false, true, 0);
    }

    static Write quietReads(int quietReads) {
        return new Write(null, false, false, quietReads);
    }

    int code() {
        return (to == null ? 0 : StateCodes.state(to)) << 8
                | quietReads << 2
                | (intent ? 2 : 0)
                | (activitySeen ? 1 : 0);
    }

    @Override
    public String toString() {
        return to == null ? "quiet reads: " + quietReads : StateCodes.describe(to);
    }
}
