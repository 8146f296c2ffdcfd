package dev.attachgateway.statespace;

import java.util.Arrays;

/** A growing list of primitive integers. */
final class IntList {
    private int[] values = new int[1 << 16];
    private int size;

    void add(int value) {
        if (size == values.length) {
            values = Arrays.copyOf(values, size * 2);
        }
        values[size++] = value;
    }

    int get(int at) {
        return values[at];
    }

    int size() {
        return size;
    }
}
