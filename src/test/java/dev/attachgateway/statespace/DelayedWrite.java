package dev.attachgateway.statespace;

/**
 * A statement that is delayed in the database while its replica considers it lost and retries. A write that is conditional
 * on the version has the same effect later or none, so that a delay is explored only without that guard.
 *
 * @param leaseValid whether the lease of the statement is the one in the row
 */
record DelayedWrite(int replica, int operation, Write write, boolean leaseValid) {
    DelayedWrite leaseTaken() {
        return new DelayedWrite(replica, operation, write, false);
    }

    long code(int swapped) {
        return 1L << 40 | (replica ^ swapped) | operation << 1 | (leaseValid ? 4 : 0) | (long) write.code() << 4;
    }
}
