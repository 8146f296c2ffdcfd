package dev.attachgateway.stream.eventlog;

import dev.attachgateway.problem.type.ProblemException;
import dev.attachgateway.problem.type.ProblemType;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The {@code Last-Event-ID} from which a client resumes: opaque to the client, {@code epoch-position-checksum} here.
 *
 *
 * @param epoch the history that the position belongs to
 * @param position of the last event of the project that the client received
 * @param checksum of that event, see {@link EventFingerprint#checksum}; null if there was none
 */
public record EventId(String epoch, long position, @Nullable String checksum) {
    private static final Pattern FORM = Pattern.compile("([0-9a-f]{8})-(0|[1-9][0-9]{0,17})(?:-([0-9a-f]{8}))?");

    public static EventId of(HistoryEpoch epoch, long position, @Nullable EventFingerprint fingerprint) {
        return new EventId(epoch.name(), position, fingerprint == null ? null : fingerprint.checksum());
    }

    /**
     * Parses an id that a client sent.
     *
     *
     * @throws ProblemException if the gateway cannot have issued it
     */
    public static EventId parse(String text) {
        var match = FORM.matcher(text);
        if (!match.matches()) {
            throw new ProblemException(
                    ProblemType.MALFORMED_EVENT_ID,
                    "Last-Event-ID is not an id of this stream: " + text.substring(0, Math.min(text.length(), 40))
                            + ".");
        }
        return new EventId(match.group(1), Long.parseLong(match.group(2)), match.group(3));
    }

    public boolean isOf(HistoryEpoch epoch) {
        return this.epoch.equals(epoch.name());
    }

    @Override
    public String toString() {
        return epoch + "-" + position + (checksum == null ? "" : "-" + checksum);
    }
}
