package dev.attachgateway.statespace;

/**
 * The cloud: what it did, which is the truth, and what it shows, which may be behind.
 *
 * @param behindFor ticks since the first change that is not shown yet
 * @param behindLooks looks since then
 * @param twice whether it attached a disk that was attached, or being attached, already
 */
record Cloud(Fate first, Fate second, Shown shown, int behindFor, int behindLooks, boolean twice) {
    static Cloud untouched() {
        return new Cloud(Fate.NOTHING, Fate.NOTHING, Shown.FREE, 0, 0, false);
    }

    Fate of(int operation) {
        return operation == 0 ? first : second;
    }

    boolean isTaken() {
        return first.isEffect() || second.isEffect();
    }

    Shown truth() {
        return switch (first) {
            case AT_WORK -> Shown.GOING_TO_FIRST;
            case DONE -> Shown.ON_FIRST;
            case NOTHING, CAME_TO_NOTHING ->
                switch (second) {
                    case AT_WORK -> Shown.GOING_TO_SECOND;
                    case DONE -> Shown.ON_SECOND;
                    case NOTHING, CAME_TO_NOTHING -> Shown.FREE;
                };
        };
    }

    Cloud began(int operation) {
        return with(operation, Fate.AT_WORK, twice || isTaken());
    }

    Cloud ended(int operation, Fate fate) {
        return with(operation, fate, twice);
    }

    /** A look: it may see what is no longer so, but not for ever. */
    Cloud looked(Setting setting) {
        if (shown == truth()) {
            return this;
        }
        return behindFor < setting.lag() || behindLooks < Setting.STRAY_LOOKS
                ? new Cloud(first, second, shown, behindFor, Math.min(Setting.STRAY_LOOKS, behindLooks + 1), twice)
                : caughtUp();
    }

    Cloud caughtUp() {
        return new Cloud(first, second, truth(), 0, 0, twice);
    }

    Cloud ticked(Setting setting) {
        return shown == truth()
                ? this
                : new Cloud(first, second, shown, Math.min(setting.lag(), behindFor + 1), behindLooks, twice);
    }

    private Cloud with(int operation, Fate fate, boolean again) {
        var now = operation == 0
                ? new Cloud(fate, second, shown, behindFor, behindLooks, again)
                : new Cloud(first, fate, shown, behindFor, behindLooks, again);
        return now.shown == now.truth() ? now.caughtUp() : now;
    }

    /** What came to nothing for an operation that is over is as if it had never been. */
    long code(boolean firstIsOver, boolean secondIsOver) {
        return code(first, firstIsOver)
                | code(second, secondIsOver) << 2
                | shown.code() << 4
                | behindFor << 8
                | behindLooks << 12
                | (twice ? 1 << 15 : 0);
    }

    private static int code(Fate fate, boolean isOver) {
        return isOver && fate == Fate.CAME_TO_NOTHING ? 0 : fate.code();
    }
}
