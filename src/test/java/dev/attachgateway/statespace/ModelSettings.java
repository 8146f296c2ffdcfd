package dev.attachgateway.statespace;

import java.util.EnumSet;
import java.util.Set;

/**
 * The variant of the model that is explored.
 *
 * @param signed whether requests are signed, and thereby dated; else they carry a token and may arrive at any time
 * @param lagUnderstated whether the cloud lags more than the gateway is configured for, so that it is certain too soon; no
 *     other fault occurs then, and the cloud refuses a request that it has applied already
 * @param removed the guards that are removed
 */
record ModelSettings(boolean signed, boolean lagUnderstated, Set<Guard> removed) {
    /** Ticks from the decision until the first byte has to be sent. */
    static final int SEND_TIMEOUT = 1;

    /** Ticks from the intent until an operation in "sending" may be taken over. */
    static final int TAKEOVER_DELAY = 2;

    static final int LEASE = 2;

    /** Ticks for which the cloud accepts a signature. */
    static final int ACCEPTANCE_WINDOW = 3;

    /** The acceptance window and the longest exchange, in ticks. */
    static final int SETTLE_WINDOW = 4;

    static final int QUIET_PERIOD = 3;
    static final int MIN_READS = 3;

    /** The number of consecutive reads that may be stale regardless of time: one less than the required quiet reads. */
    static final int MAX_STALE_READS = 2;

    /** The number of sends of one operation, after which it is overdue. */
    static final int MAX_ATTEMPTS = 2;

    static ModelSettings withKey() {
        return new ModelSettings(true, false, Set.of());
    }

    static ModelSettings withToken() {
        return new ModelSettings(false, false, Set.of());
    }

    static ModelSettings withUnderstatedLag() {
        return new ModelSettings(true, true, Set.of());
    }

    ModelSettings without(Guard guard) {
        return new ModelSettings(signed, lagUnderstated, EnumSet.of(guard));
    }

    /** Ticks by which the cloud's view may lag: the period that quiet reads have to span, or twice that if understated. */
    int lag() {
        return lagUnderstated ? 2 * QUIET_PERIOD : QUIET_PERIOD;
    }

    boolean has(Guard guard) {
        return !removed.contains(guard);
    }

    /** Whether a write based on an outdated row is rejected, so that its replica need not be explored further. */
    boolean isFenced() {
        return has(Guard.FENCING_TOKEN) && has(Guard.VERSION);
    }
}
