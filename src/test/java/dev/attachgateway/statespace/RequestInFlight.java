package dev.attachgateway.statespace;

/**
 * A request in flight. It may arrive as long as the cloud accepts it, or never.
 *
 * @param sender the replica that waits for the response; -1 if none does any more
 * @param acceptedFor ticks until the cloud no longer accepts the signature; -1 with a token, which is accepted without limit
 */
record RequestInFlight(int operation, int sender, int acceptedFor) {
    static final int UNLIMITED = -1;

    boolean canArrive() {
        return acceptedFor != 0;
    }

    RequestInFlight withoutReceiver() {
        return new RequestInFlight(operation, -1, acceptedFor);
    }

    RequestInFlight ticked() {
        return acceptedFor <= 0 ? this : new RequestInFlight(operation, sender, acceptedFor - 1);
    }

    int code(int swapped) {
        return operation | ((sender < 0 ? sender : sender ^ swapped) + 1) << 1 | (acceptedFor + 1) << 3 | 1 << 8;
    }
}
