package dev.attachgateway.statespace;

import java.util.EnumSet;
import java.util.Set;

/**
 * What is explored.
 *
 * @param signed whether requests are signed, and thereby dated; else they carry a token and arrive whenever they like
 * @param deceived whether the cloud shows what it did much later than the gateway was told, so that it is certain too soon;
 *     nothing else goes wrong then, and the cloud refuses what it has done already
 * @param removed the guards that are taken out
 */
record Setting(boolean signed, boolean deceived, Set<Guard> removed) {
    /** Until the first byte has to have left, from the decision on. */
    static final int SEND_WITHIN = 1;

    /** Until an operation that is found in "sending" may be taken over, from the intent on. */
    static final int INTERRUPTED = 2;

    static final int LEASE = 2;

    /** The cloud takes a signature for so long. */
    static final int ACCEPTED = 3;

    /** That, and the longest exchange. */
    static final int WINDOW = 4;

    static final int QUIET = 3;
    static final int READS = 3;

    /** So many looks in a row may be behind, however much time has passed: one less than are asked for. */
    static final int STRAY_LOOKS = 2;

    /** Requests of one operation; after that its patience is over. */
    static final int ATTEMPTS = 2;

    static Setting withKey() {
        return new Setting(true, false, Set.of());
    }

    static Setting withToken() {
        return new Setting(false, false, Set.of());
    }

    static Setting ofDeceit() {
        return new Setting(true, true, Set.of());
    }

    Setting without(Guard guard) {
        return new Setting(signed, deceived, EnumSet.of(guard));
    }

    /** Ticks for which what the cloud shows may be behind what is: as long as quiet looks have to span. */
    int lag() {
        return deceived ? 2 * QUIET : QUIET;
    }

    boolean has(Guard guard) {
        return !removed.contains(guard);
    }

    /** Whether a write that is not based on the present row is refused, so that whoever would make it need not be followed. */
    boolean isFenced() {
        return has(Guard.FENCING_TOKEN) && has(Guard.VERSION);
    }
}
