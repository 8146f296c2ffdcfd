package dev.attachgateway.stream.tail;

import dev.attachgateway.stream.eventlog.EventFingerprint;
import dev.attachgateway.stream.eventlog.EventId;
import org.jspecify.annotations.Nullable;

/**
 * How far somebody is in a project's history.
 *
 * @param position of the last event that was seen; 0 before the first
 * @param check of that event, see {@link EventFingerprint#check}; null when it is not known or there is no need to look
 * @param surely whether it is known to have been; a client's word is not enough
 */
public record StreamPosition(long position, @Nullable String check, boolean surely) {
    /** What a client says. */
    public static StreamPosition claimed(EventId last) {
        return new StreamPosition(last.position(), last.check(), false);
    }

    /** What was written to a client in this history. */
    public static StreamPosition known(long position) {
        return new StreamPosition(position, null, true);
    }

    /** Whether it is after this event, and not after one of another history; unknown events contradict nobody. */
    public boolean fits(@Nullable EventFingerprint eventFingerprint) {
        return check == null || eventFingerprint == null || check.equals(eventFingerprint.check());
    }

    /** The same where an unknown event has to be looked up. */
    boolean surelyFits(@Nullable EventFingerprint eventFingerprint) {
        return check == null || (eventFingerprint != null && check.equals(eventFingerprint.check()));
    }
}
