package dev.attachgateway.stream.sse;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A block of a stream as it is sent, or several in a row: the same bytes to everyone who gets it. */
public final class SseFrame {
    private static final byte[] LINE_END = {'\r', '\n'};

    private final byte[] bytes;
    private @Nullable ByteBuf kept;

    private SseFrame(byte[] bytes) {
        this.bytes = bytes;
    }

    public static SseFrame of(String text) {
        return new SseFrame(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Several blocks as one, so that they are one write. */
    public static SseFrame joined(List<SseFrame> frames) {
        var joined = new byte[frames.stream().mapToInt(SseFrame::length).sum()];
        int end = 0;
        for (var frame : frames) {
            System.arraycopy(frame.bytes, 0, joined, end, frame.length());
            end += frame.length();
        }
        return new SseFrame(joined);
    }

    /** Several blocks as few, each of about so many bytes at most. */
    public static List<SseFrame> joined(List<SseFrame> frames, int most) {
        var joined = new ArrayList<SseFrame>();
        var piece = new ArrayList<SseFrame>();
        int length = 0;
        for (var frame : frames) {
            if (!piece.isEmpty() && length + frame.length() > most) {
                joined.add(joined(piece));
                piece.clear();
                length = 0;
            }
            piece.add(frame);
            length += frame.length();
        }
        if (!piece.isEmpty()) {
            joined.add(joined(piece));
        }
        return joined;
    }

    /** Shared by all who write it, and never changed. */
    public byte[] bytes() {
        return bytes;
    }

    /** In bytes. */
    public int length() {
        return bytes.length;
    }

    /**
     * The bytes as a chunk of HTTP/1.1 (RFC 9112, section 7.1), outside the heap, where a socket takes them from. Whoever
     * gets it releases it.
     */
    public ByteBuf chunk() {
        return kept == null ? newChunk() : kept.retainedDuplicate();
    }

    /** Makes the chunk once for all who ask for it before {@link #release}; all of them on one thread. */
    public SseFrame keep() {
        kept = newChunk();
        return this;
    }

    public void release() {
        if (kept != null) {
            kept.release();
            kept = null;
        }
    }

    private ByteBuf newChunk() {
        var size = Integer.toHexString(bytes.length).getBytes(StandardCharsets.US_ASCII);
        return PooledByteBufAllocator.DEFAULT
                .directBuffer(size.length + bytes.length + 2 * LINE_END.length)
                .writeBytes(size)
                .writeBytes(LINE_END)
                .writeBytes(bytes)
                .writeBytes(LINE_END);
    }

    @Override
    public String toString() {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
