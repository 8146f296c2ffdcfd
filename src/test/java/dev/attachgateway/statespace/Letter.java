package dev.attachgateway.statespace;

/**
 * A request on its way. It may arrive as long as the cloud takes it, or never.
 *
 * @param sender the replica that waits for its answer; -1 when nobody does any more
 * @param takenFor ticks until the cloud takes its signature no more; for one with a token, which is taken for ever, -1
 */
record Letter(int operation, int sender, int takenFor) {
    static final int FOR_EVER = -1;

    boolean canArrive() {
        return takenFor != 0;
    }

    Letter unattended() {
        return new Letter(operation, -1, takenFor);
    }

    Letter ticked() {
        return takenFor <= 0 ? this : new Letter(operation, sender, takenFor - 1);
    }

    int code(int swapped) {
        return operation | ((sender < 0 ? sender : sender ^ swapped) + 1) << 1 | (takenFor + 1) << 3 | 1 << 8;
    }
}
