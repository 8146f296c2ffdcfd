package dev.attachgateway.statespace;

import dev.attachgateway.operation.model.OperationState;

/**
 * An operation's row. All spans are ticks, counted down to zero or up to what matters; the lease's token and the version
 * are kept as who is up to date with them.
 *
 * @param signed whether the last request was
 * @param window until the cloud takes it no more
 * @param quietFor since the first of the quiet looks; -1 when there is none
 * @param holder the replica that may renew the lease; -1 for none
 * @param lease until others may take it over
 * @param next until it is due
 */
record Row(
        OperationState state,
        boolean signed,
        boolean doubted,
        boolean seen,
        int window,
        int quietReads,
        int quietFor,
        int holder,
        int lease,
        int next) {

    static Row reserved(int holder) {
        return new Row(new OperationState.Checking(0), false, false, false, 0, 0, -1, holder, Setting.LEASE, 0);
    }

    boolean isEnded() {
        return state.isEnded();
    }

    /** Whether the request that is its present intent may still leave. */
    boolean maySend() {
        return window > Setting.WINDOW - Setting.SEND_WITHIN;
    }

    /** Until the cloud takes it no more. */
    int takenFor() {
        return Math.max(0, window - (Setting.WINDOW - Setting.ACCEPTED));
    }

    /** As somebody knows it who is not up to date: who may take it over when, leads nowhere for him. */
    Row bare() {
        return new Row(state, signed, doubted, seen, window, quietReads, quietFor, -1, 0, 0);
    }

    /** As the database changes it. */
    Row changed(Write write, Setting setting) {
        var to = write.to();
        if (to == null) {
            var since = write.quietReads() == 0 ? -1 : Math.max(quietFor, 0);
            return new Row(state, signed, doubted, seen, window, write.quietReads(), since, holder, lease, 0);
        }
        if (to.isEnded()) {
            // Whatever else is on record of it leads nowhere.
            return new Row(to, false, false, false, 0, 0, -1, -1, 0, 0);
        }
        return new Row(
                to,
                write.intent() ? setting.signed() : signed,
                doubted || (to instanceof OperationState.Unsettled && to.upstreamId() == null),
                !write.intent() && (seen || write.seen()),
                write.intent() ? Setting.WINDOW : window,
                0,
                -1,
                holder,
                lease,
                write.intent() && setting.has(Guard.LATE_TAKE_OVER) ? Setting.INTERRUPTED : 0);
    }

    Row leased(int to) {
        return new Row(state, signed, doubted, seen, window, quietReads, quietFor, to, Setting.LEASE, next);
    }

    Row abandonedBy(int replica) {
        return holder != replica
                ? this
                : new Row(state, signed, doubted, seen, window, quietReads, quietFor, -1, lease, next);
    }

    Row ticked() {
        return new Row(
                state,
                signed,
                doubted,
                seen,
                Math.max(0, window - 1),
                quietReads,
                quietFor < 0 ? -1 : Math.min(Setting.QUIET, quietFor + 1),
                holder,
                Math.max(0, lease - 1),
                Math.max(0, next - 1));
    }

    long code(int swapped) {
        if (isEnded()) {
            // How it ended; why makes no difference any more.
            return state instanceof OperationState.Failed ? 1 : 2;
        }
        long flags = (signed ? 1 : 0) | (doubted ? 2 : 0) | (seen ? 4 : 0);
        var spans = window
                | quietReads << 3
                | (quietFor + 1) << 6
                | ((holder < 0 ? holder : holder ^ swapped) + 1) << 9
                | lease << 11
                | next << 14;
        return (long) Coded.state(state) << 32 | flags << 24 | spans;
    }

    @Override
    public String toString() {
        return Coded.words(state) + (quietReads > 0 ? ", quiet looks: " + quietReads : "");
    }
}
