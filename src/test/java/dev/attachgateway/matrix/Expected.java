package dev.attachgateway.matrix;

import java.util.Set;

/**
 * What a cell has to come to.
 *
 * @param ends each of which is right
 * @param dated sends of unknown outcome lie at least as far apart as a signature is accepted
 */
record Expected(Set<End> ends, Range effects, Range sends, boolean dated) {

    enum End {
        SUCCESS,
        FAILED,
        /** Shown as unsettled, with an alert, and the disk stays reserved. */
        UNSETTLED
    }

    record Range(int least, int most) {
        static Range exactly(int count) {
            return new Range(count, count);
        }

        static Range atLeast(int count) {
            return new Range(count, Integer.MAX_VALUE);
        }

        boolean has(int count) {
            return count >= least && count <= most;
        }

        @Override
        public String toString() {
            return least == most ? "" + least : least + ".." + (most == Integer.MAX_VALUE ? "" : most);
        }
    }

    static Expected of(Set<End> ends, int effects, int sends) {
        return new Expected(ends, Range.exactly(effects), Range.exactly(sends), false);
    }

    Expected sends(Range other) {
        return new Expected(ends, effects, other, dated);
    }

    Expected effects(Range other) {
        return new Expected(ends, other, sends, dated);
    }

    Expected whenDated() {
        return new Expected(ends, effects, sends, true);
    }
}
