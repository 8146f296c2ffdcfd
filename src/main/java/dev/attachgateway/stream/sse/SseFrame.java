package dev.attachgateway.stream.sse;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The bytes of one block of a stream or of several, the same for every subscriber. */
public final class SseFrame {
    private static final byte[] LINE_END = {'\r', '\n'};

    private final byte[] bytes;
    private @Nullable ByteBuf retained;

    private SseFrame(byte[] bytes) {
        this.bytes = bytes;
    }

    public static SseFrame of(String text) {
        return new SseFrame(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Joins blocks to one frame, and so one write. */
    public static SseFrame join(List<SseFrame> frames) {
        var joined = new byte[frames.stream().mapToInt(SseFrame::length).sum()];
        int end = 0;
        for (var frame : frames) {
            System.arraycopy(frame.bytes, 0, joined, end, frame.length());
            end += frame.length();
        }
        return new SseFrame(joined);
    }

    /** Joins blocks to few frames, each of at most about this many bytes. */
    public static List<SseFrame> join(List<SseFrame> frames, int maxBytes) {
        var joined = new ArrayList<SseFrame>();
        var piece = new ArrayList<SseFrame>();
        int length = 0;
        for (var frame : frames) {
            if (!piece.isEmpty() && length + frame.length() > maxBytes) {
                joined.add(join(piece));
                piece.clear();
                length = 0;
            }
            piece.add(frame);
            length += frame.length();
        }
        if (!piece.isEmpty()) {
            joined.add(join(piece));
        }
        return joined;
    }

    /** Shared by all writers and never changed. */
    public byte[] bytes() {
        return bytes;
    }

    /** In bytes. */
    public int length() {
        return bytes.length;
    }

    /**
     * The bytes as a chunk of HTTP/1.1 (RFC 9112, section 7.1), in a direct buffer from which a socket writes. The
     * caller releases it.
     */
    public ByteBuf chunk() {
        return retained == null ? newChunk() : retained.retainedDuplicate();
    }

    /** Encodes the chunk once for all calls of {@link #chunk} before {@link #release}; all of them on one thread. */
    public SseFrame retain() {
        retained = newChunk();
        return this;
    }

    public void release() {
        if (retained != null) {
            retained.release();
            retained = null;
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
