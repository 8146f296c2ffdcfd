package dev.attachgateway.stream.sse;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What an event's data is wrapped in. */
public enum EventEnvelope {
    /** Nothing: the operation's JSON itself. */
    NONE,
    /** A CloudEvents 1.0 event in structured mode (CloudEvents, "JSON Event Format"). */
    CLOUDEVENTS;

    /** The envelope of this name, in lower case. */
    public static Optional<EventEnvelope> named(String name) {
        return Arrays.stream(values()).filter(each -> each.word().equals(name)).findFirst();
    }

    /** Its name. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
