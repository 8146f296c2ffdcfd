package dev.attachgateway.statespace;

import dev.attachgateway.operation.model.OperationState;

/**
 * The row of an operation. Durations are ticks, counted down to zero or up to a limit. The fencing token and the version are
 * modelled by whether an execution is up to date with them.
 *
 * @param signed whether the last request was signed
 * @param window ticks until the outcome of the last request can be settled
 * @param quietTicks ticks since the first of the quiet reads; -1 if there is none
 * @param leaseOwner the replica that may renew the lease; -1 for none
 * @param leaseTicks ticks until the lease expires
 * @param nextStepTicks ticks until the operation is due
 */
record OperationRow(
        OperationState state,
        boolean signed,
        boolean hadUnknownOutcome,
        boolean activitySeen,
        int window,
        int quietReads,
        int quietTicks,
        int leaseOwner,
        int leaseTicks,
        int nextStepTicks) {

    static OperationRow reserved(int leaseOwner) {
        return new OperationRow(
                new OperationState.Checking(0), false, false, false, 0, 0, -1, leaseOwner, ModelSettings.LEASE, 0);
    }

    boolean isEnded() {
        return state.isEnded();
    }

    /** Whether the request of the current intent may still be sent. */
    boolean canSend() {
        return window > ModelSettings.SETTLE_WINDOW - ModelSettings.SEND_TIMEOUT;
    }

    /** Ticks until the cloud no longer accepts the request. */
    int acceptedFor() {
        return Math.max(0, window - (ModelSettings.SETTLE_WINDOW - ModelSettings.ACCEPTANCE_WINDOW));
    }

    /** The row as an outdated execution knows it, without the lease, which does not matter there. */
    OperationRow withoutLease() {
        return new OperationRow(
                state, signed, hadUnknownOutcome, activitySeen, window, quietReads, quietTicks, -1, 0, 0);
    }

    /** The row after the database applied a write. */
    OperationRow updated(Write write, ModelSettings settings) {
        var to = write.to();
        if (to == null) {
            var newQuietTicks = write.quietReads() == 0 ? -1 : Math.max(quietTicks, 0);
            return new OperationRow(
                    state,
                    signed,
                    hadUnknownOutcome,
                    activitySeen,
                    window,
                    write.quietReads(),
                    newQuietTicks,
                    leaseOwner,
                    leaseTicks,
                    0);
        }
        if (to.isEnded()) {
            // The other columns of an ended operation do not matter any more.
            return new OperationRow(to, false, false, false, 0, 0, -1, -1, 0, 0);
        }
        return new OperationRow(
                to,
                write.intent() ? settings.signed() : signed,
                hadUnknownOutcome || (to instanceof OperationState.Unsettled && to.upstreamId() == null),
                !write.intent() && (activitySeen || write.activitySeen()),
                write.intent() ? ModelSettings.SETTLE_WINDOW : window,
                0,
                -1,
                leaseOwner,
                leaseTicks,
                write.intent() && settings.has(Guard.TAKEOVER_DELAY) ? ModelSettings.TAKEOVER_DELAY : 0);
    }

    OperationRow withLease(int newOwner) {
        return new OperationRow(
                state,
                signed,
                hadUnknownOutcome,
                activitySeen,
                window,
                quietReads,
                quietTicks,
                newOwner,
                ModelSettings.LEASE,
                nextStepTicks);
    }

    OperationRow abandonedBy(int replica) {
        return leaseOwner != replica
                ? this
                : new OperationRow(
                        state,
                        signed,
                        hadUnknownOutcome,
                        activitySeen,
                        window,
                        quietReads,
                        quietTicks,
                        -1,
                        leaseTicks,
                        nextStepTicks);
    }

    OperationRow ticked() {
        return new OperationRow(
                state,
                signed,
                hadUnknownOutcome,
                activitySeen,
                Math.max(0, window - 1),
                quietReads,
                quietTicks < 0 ? -1 : Math.min(ModelSettings.QUIET_PERIOD, quietTicks + 1),
                leaseOwner,
                Math.max(0, leaseTicks - 1),
                Math.max(0, nextStepTicks - 1));
    }

    long code(int swapped) {
        if (isEnded()) {
            // Only the outcome matters, not its reason.
            return state instanceof OperationState.Failed ? 1 : 2;
        }
        long flags = (signed ? 1 : 0) | (hadUnknownOutcome ? 2 : 0) | (activitySeen ? 4 : 0);
        var spans = window
                | quietReads << 3
                | (quietTicks + 1) << 6
                | ((leaseOwner < 0 ? leaseOwner : leaseOwner ^ swapped) + 1) << 9
                | leaseTicks << 11
                | nextStepTicks << 14;
        return (long) StateCodes.state(state) << 32 | flags << 24 | spans;
    }

    @Override
    public String toString() {
        return StateCodes.describe(state) + (quietReads > 0 ? ", quiet reads: " + quietReads : "");
    }
}
