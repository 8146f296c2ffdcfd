package dev.attachgateway.stream.sse;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** The envelope of an event's data. */
public enum EventEnvelope {
    /** No envelope: the operation's JSON itself. */
    NONE,
    /** A CloudEvents 1.0 event in structured mode (CloudEvents, "JSON Event Format"). */
    CLOUDEVENTS;

    /** The envelope with this lower-case name. */
    public static Optional<EventEnvelope> named(String name) {
        return Arrays.stream(values())
                .filter(each -> each.parameterValue().equals(name))
                .findFirst();
    }

    /** The lower-case name. */
    public String parameterValue() {
        return name().toLowerCase(Locale.ROOT);
    }
}
