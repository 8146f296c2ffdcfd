package dev.attachgateway.sandbox.state;

import java.util.ArrayList;
import java.util.List;

/** The periods in which no unfinished operation completed. */
public final class StuckPeriods {

    private record Period(long from, long to) {}

    private final List<Period> periods = new ArrayList<>();

    /** Records the instant (milliseconds since the epoch) at which operations became stuck or were released. */
    void recordChange(boolean stuck, long at) {
        boolean open = !periods.isEmpty() && periods.getLast().to() == LedgerEntry.NEVER;
        if (stuck && !open) {
            periods.add(new Period(at, LedgerEntry.NEVER));
        } else if (!stuck && open) {
            periods.add(new Period(periods.removeLast().from(), at));
        }
    }

    /** Returns when an operation completes that was accepted at one instant and scheduled to complete at the other. */
    long actualEnd(long accepted, long end) {
        long actualEnd = end;
        for (Period period : periods) {
            boolean unfinishedThen = actualEnd > period.from() || accepted >= period.from();
            if (unfinishedThen && actualEnd < period.to()) {
                actualEnd = period.to();
            }
        }
        return actualEnd;
    }
}
