package dev.attachgateway.statespace;

/**
 * The cloud with its actual state and the view that it shows, which may lag behind.
 *
 * @param staleTicks ticks since the first change that is not shown yet
 * @param staleReads reads since then
 * @param doubleEffect whether a disk was attached that was attached, or being attached, already
 */
record CloudModel(
        CloudOutcome first, CloudOutcome second, DiskView shown, int staleTicks, int staleReads, boolean doubleEffect) {
    static CloudModel initial() {
        return new CloudModel(CloudOutcome.NONE, CloudOutcome.NONE, DiskView.FREE, 0, 0, false);
    }

    CloudOutcome outcome(int operation) {
        return operation == 0 ? first : second;
    }

    boolean hasEffect() {
        return first.isEffect() || second.isEffect();
    }

    DiskView actual() {
        return switch (first) {
            case IN_PROGRESS -> DiskView.GOING_TO_FIRST;
            case APPLIED -> DiskView.ON_FIRST;
            case NONE, ROLLED_BACK ->
                switch (second) {
                    case IN_PROGRESS -> DiskView.GOING_TO_SECOND;
                    case APPLIED -> DiskView.ON_SECOND;
                    case NONE, ROLLED_BACK -> DiskView.FREE;
                };
        };
    }

    CloudModel began(int operation) {
        return with(operation, CloudOutcome.IN_PROGRESS, doubleEffect || hasEffect());
    }

    CloudModel ended(int operation, CloudOutcome outcome) {
        return with(operation, outcome, doubleEffect);
    }

    /** The cloud after a read. The read may be stale, but only up to the limits of time and number. */
    CloudModel afterRead(ModelSettings settings) {
        if (shown == actual()) {
            return this;
        }
        return staleTicks < settings.lag() || staleReads < ModelSettings.MAX_STALE_READS
                ? new CloudModel(
                        first,
                        second,
                        shown,
                        staleTicks,
                        Math.min(ModelSettings.MAX_STALE_READS, staleReads + 1),
                        doubleEffect)
                : visible();
    }

    CloudModel visible() {
        return new CloudModel(first, second, actual(), 0, 0, doubleEffect);
    }

    CloudModel ticked(ModelSettings settings) {
        return shown == actual()
                ? this
                : new CloudModel(
                        first, second, shown, Math.min(settings.lag(), staleTicks + 1), staleReads, doubleEffect);
    }

    private CloudModel with(int operation, CloudOutcome outcome, boolean hasDoubleEffect) {
        var changed = operation == 0
                ? new CloudModel(outcome, second, shown, staleTicks, staleReads, hasDoubleEffect)
                : new CloudModel(first, outcome, shown, staleTicks, staleReads, hasDoubleEffect);
        return changed.shown == changed.actual() ? changed.visible() : changed;
    }

    /** A code for the hash. A rolled-back request of an ended operation equals none. */
    long code(boolean firstIsEnded, boolean secondIsEnded) {
        return code(first, firstIsEnded)
                | code(second, secondIsEnded) << 2
                | shown.code() << 4
                | staleTicks << 8
                | staleReads << 12
                | (doubleEffect ? 1 << 15 : 0);
    }

    private static int code(CloudOutcome outcome, boolean isEnded) {
        return isEnded && outcome == CloudOutcome.ROLLED_BACK ? 0 : outcome.code();
    }
}
