package dev.attachgateway.matrix;

import java.util.Set;

/**
 * Expected result of a cell.
 *
 * @param outcomes permitted outcomes
 * @param spacedSends sends of unknown outcome are at least the validity of a signature apart
 */
record ExpectedOutcome(Set<Outcome> outcomes, Range effects, Range sends, boolean spacedSends) {

    enum Outcome {
        SUCCESS,
        FAILED,
        /** Shown as unsettled, with an alert, and the disk stays reserved. */
        UNSETTLED
    }

    record Range(int min, int max) {
        static Range exactly(int count) {
            return new Range(count, count);
        }

        static Range atLeast(int count) {
            return new Range(count, Integer.MAX_VALUE);
        }

        boolean has(int count) {
            return count >= min && count <= max;
        }

        @Override
        public String toString() {
            return min == max ? "" + min : min + ".." + (max == Integer.MAX_VALUE ? "" : max);
        }
    }

    static ExpectedOutcome of(Set<Outcome> outcomes, int effects, int sends) {
        return new ExpectedOutcome(outcomes, Range.exactly(effects), Range.exactly(sends), false);
    }

    ExpectedOutcome sends(Range other) {
        return new ExpectedOutcome(outcomes, effects, other, spacedSends);
    }

    ExpectedOutcome effects(Range other) {
        return new ExpectedOutcome(outcomes, other, sends, spacedSends);
    }

    ExpectedOutcome withSpacedSends() {
        return new ExpectedOutcome(outcomes, effects, sends, true);
    }
}
