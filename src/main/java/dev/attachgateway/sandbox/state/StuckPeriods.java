package dev.attachgateway.sandbox.state;

import java.util.ArrayList;
import java.util.List;

/** The periods in which no unfinished operation ended. */
public final class StuckPeriods {

    private record Period(long from, long to) {}

    private final List<Period> periods = new ArrayList<>();

    /** Notes at which instant (milliseconds since the epoch) operations became stuck or came loose. */
    void note(boolean stuck, long at) {
        boolean open = !periods.isEmpty() && periods.getLast().to() == LedgerEntry.NEVER;
        if (stuck && !open) {
            periods.add(new Period(at, LedgerEntry.NEVER));
        } else if (!stuck && open) {
            periods.add(new Period(periods.removeLast().from(), at));
        }
    }

    /** When an operation that was accepted and was to end at these instants really ends. */
    long release(long accepted, long end) {
        long released = end;
        for (Period period : periods) {
            boolean unfinishedThen = released > period.from() || accepted >= period.from();
            if (unfinishedThen && released < period.to()) {
                released = period.to();
            }
        }
        return released;
    }
}
