package dev.attachgateway.stream;

import java.nio.charset.StandardCharsets;

/** A block of a stream as it is sent: the same bytes to everyone who gets it. */
final class Frame {
    private final byte[] bytes;

    private Frame(byte[] bytes) {
        this.bytes = bytes;
    }

    static Frame of(String text) {
        return new Frame(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Shared by all who write it, and never changed. */
    byte[] bytes() {
        return bytes;
    }

    @Override
    public String toString() {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
