package dev.attachgateway.stream;

import org.jspecify.annotations.Nullable;

/**
 * How far somebody is in a project's history.
 *
 * @param position of the last event that was seen; 0 before the first
 * @param check of that event, see {@link Stamp#check}; null when it is not known or there is no need to look
 * @param surely whether it is known to have been; a client's word is not enough
 */
record Place(long position, @Nullable String check, boolean surely) {
    /** What a client says. */
    static Place claimed(EventId last) {
        return new Place(last.position(), last.check(), false);
    }

    /** What was written to a client in this history. */
    static Place known(long position) {
        return new Place(position, null, true);
    }

    /** Whether it is after this event, and not after one of another history; unknown events contradict nobody. */
    boolean fits(@Nullable Stamp stamp) {
        return check == null || stamp == null || check.equals(stamp.check());
    }

    /** The same where an unknown event has to be looked up. */
    boolean surelyFits(@Nullable Stamp stamp) {
        return check == null || (stamp != null && check.equals(stamp.check()));
    }
}
