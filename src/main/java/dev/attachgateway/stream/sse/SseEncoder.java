package dev.attachgateway.stream.sse;

import dev.attachgateway.stream.eventlog.Event;
import dev.attachgateway.stream.eventlog.EventId;

/** The blocks of server-sent events (WHATWG HTML, "Server-sent events"). The data is JSON in one line. */
public final class SseEncoder {
    private static final SseFrame HEARTBEAT = SseFrame.of(":\n\n");

    private SseEncoder() {}

    /** A change, with the id a client resumes from. */
    static SseFrame change(EventId id, Event event, EventEnvelope envelope) {
        return SseFrame.of("id: " + id + "\nevent: operation\ndata: " + data(id, event, envelope) + "\n\n");
    }

    /** A part of a snapshot. It has no id: a client that lost the connection within a snapshot gets a whole new one. */
    public static SseFrame snapshot(EventId id, Event event, EventEnvelope envelope) {
        return SseFrame.of("event: operation\ndata: " + data(id, event, envelope) + "\n\n");
    }

    /** Closes a snapshot: an id and nothing else, which moves the client's last event id and fires nothing. */
    public static SseFrame position(EventId id) {
        return SseFrame.of("id: " + id + "\n\n");
    }

    /** A snapshot has left operations out: those that ended before the others, or were changed before them. */
    public static SseFrame cutOff(int most) {
        return SseFrame.of(": the snapshot ends after " + most + " operations, there are more\n\n");
    }

    /** What the client knew cannot be continued; a fresh snapshot follows. */
    public static SseFrame reset(String reason) {
        return SseFrame.of("event: reset\ndata: {\"reason\":\"" + reason + "\"}\n\n");
    }

    public static SseFrame retry(long milliseconds) {
        return SseFrame.of("retry: " + milliseconds + "\n\n");
    }

    public static SseFrame heartbeat() {
        return HEARTBEAT;
    }

    private static String data(EventId id, Event event, EventEnvelope envelope) {
        return switch (envelope) {
            case NONE -> event.data();
            case CLOUDEVENTS -> cloudEvent(id, event);
        };
    }

    /** Nothing in it needs an escape: ids, words, times, and a traceparent that was checked. */
    private static String cloudEvent(EventId id, Event event) {
        var trace = event.traceparent() == null ? "" : "\"traceparent\":\"" + event.traceparent() + "\",";
        return "{\"specversion\":\"1.0\",\"id\":\"" + id + "\",\"source\":\"/v1/" + event.projectId() + "/dev-servers/"
                + event.serverId() + "/operation/" + event.operationId()
                + "\",\"type\":\"dev.attachgateway.operation.changed\",\"subject\":\"" + event.volumeId()
                + "\",\"time\":\"" + event.at() + "\",\"datacontenttype\":\"application/json\"," + trace + "\"data\":"
                + event.data() + "}";
    }
}
