package dev.attachgateway.stream.eventlog;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a client sends back to go on where it stopped: opaque to it, {@code epoch-position-check} to us.
 *
 * @param epoch the history the position belongs to
 * @param position of the last event the client has seen in the project
 * @param check of that event, see {@link EventFingerprint#check}; null when there was none
 */
public record EventId(String epoch, long position, @Nullable String check) {
    private static final Pattern FORM = Pattern.compile("([0-9a-f]{8})-(0|[1-9][0-9]{0,17})(?:-([0-9a-f]{8}))?");

    public static EventId of(HistoryEpoch epoch, long position, @Nullable EventFingerprint eventFingerprint) {
        return new EventId(epoch.name(), position, eventFingerprint == null ? null : eventFingerprint.check());
    }

    /**
     * Reads an id as a client sent it.
     *
     * @throws MalformedEventIdException when it is none of ours
     */
    public static EventId parse(String text) {
        var match = FORM.matcher(text);
        if (!match.matches()) {
            throw new MalformedEventIdException(text);
        }
        return new EventId(match.group(1), Long.parseLong(match.group(2)), match.group(3));
    }

    public boolean isOf(HistoryEpoch epoch) {
        return this.epoch.equals(epoch.name());
    }

    @Override
    public String toString() {
        return epoch + "-" + position + (check == null ? "" : "-" + check);
    }
}
