package dev.attachgateway.stream.tail;

import dev.attachgateway.stream.eventlog.EventFingerprint;
import dev.attachgateway.stream.eventlog.EventId;
import org.jspecify.annotations.Nullable;

/**
 * A position in a project's history.
 *
 *
 * @param position of the last event that was received; 0 before the first
 * @param checksum of that event, see {@link EventFingerprint#checksum}; null if it is unknown or needs no check
 * @param verified whether this history is known to contain the position; a client's claim is not enough
 */
public record StreamPosition(long position, @Nullable String checksum, boolean verified) {
    /** The position that a client claims. */
    public static StreamPosition claimed(EventId last) {
        return new StreamPosition(last.position(), last.checksum(), false);
    }

    /** A position that was written to a client in this history. */
    public static StreamPosition verified(long position) {
        return new StreamPosition(position, null, true);
    }

    /**
     * Whether the position can be after this event and not after one of another history; an unknown event is no
     * contradiction.
     */
    public boolean matches(@Nullable EventFingerprint eventFingerprint) {
        return checksum == null || eventFingerprint == null || checksum.equals(eventFingerprint.checksum());
    }

    /** The same, but an unknown event is not accepted and has to be read. */
    boolean isConfirmedBy(@Nullable EventFingerprint eventFingerprint) {
        return checksum == null || (eventFingerprint != null && checksum.equals(eventFingerprint.checksum()));
    }
}
