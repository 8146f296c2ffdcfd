package dev.attachgateway.statespace;

/**
 * A statement that stands in the database's line while the replica that sent it believes it lost and tries again. Where a
 * write names the version of its row, it is that write itself, a moment later, or nothing at all; so it is only followed
 * where it does not.
 *
 * @param holds whether the lease that it names is the one in the row
 */
record Straggler(int replica, int operation, Write write, boolean holds) {
    Straggler fenced() {
        return new Straggler(replica, operation, write, false);
    }

    long code(int swapped) {
        return 1L << 40 | (replica ^ swapped) | operation << 1 | (holds ? 4 : 0) | (long) write.code() << 4;
    }
}
