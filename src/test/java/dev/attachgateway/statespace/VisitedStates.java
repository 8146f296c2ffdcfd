package dev.attachgateway.statespace;

import java.util.Arrays;

/**
 * The states that were reached, by their hashes, numbered in their order. Two of some millions share one of 2^64 hashes with
 * a probability of less than one in a hundred thousand.
 */
final class VisitedStates {
    private long[] hashes = new long[1 << 16];
    private int[] numbers = new int[1 << 16];
    private int size;

    /** Adds a state; returns its number, or -1 if it is new. */
    int add(long hash) {
        var at = slot(hash);
        if (hashes[at] != 0) {
            return numbers[at];
        }
        hashes[at] = key(hash);
        numbers[at] = size++;
        if (size * 2 > hashes.length) {
            grow();
        }
        return -1;
    }

    int find(long hash) {
        var at = slot(hash);
        return hashes[at] == 0 ? -1 : numbers[at];
    }

    int size() {
        return size;
    }

    private static long key(long hash) {
        return hash == 0 ? 1 : hash;
    }

    private int slot(long hash) {
        var key = key(hash);
        var at = (int) (key ^ (key >>> 32)) & (hashes.length - 1);
        while (hashes[at] != 0 && hashes[at] != key) {
            at = (at + 1) & (hashes.length - 1);
        }
        return at;
    }

    private void grow() {
        var oldHashes = hashes;
        var oldNumbers = Arrays.copyOf(numbers, numbers.length);
        hashes = new long[oldHashes.length * 2];
        numbers = new int[oldHashes.length * 2];
        for (int i = 0; i < oldHashes.length; i++) {
            if (oldHashes[i] != 0) {
                var at = slot(oldHashes[i]);
                hashes[at] = oldHashes[i];
                numbers[at] = oldNumbers[i];
            }
        }
    }
}
