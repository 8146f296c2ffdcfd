package dev.attachgateway.stream.sse;

import dev.attachgateway.stream.eventlog.Event;
import dev.attachgateway.stream.eventlog.EventId;

/** Encodes the blocks of server-sent events (WHATWG HTML, "Server-sent events"). The data is JSON in one line. */
public final class SseEncoder {
    private static final SseFrame HEARTBEAT = SseFrame.of(":\n\n");

    private SseEncoder() {}

    /** An event with the id from which a client resumes. */
    static SseFrame event(EventId id, Event event, EventEnvelope envelope) {
        return SseFrame.of("id: " + id + "\nevent: operation\ndata: " + data(id, event, envelope) + "\n\n");
    }

    /**
     * An operation of a snapshot, without an id: a client that loses the connection within a snapshot gets a whole new
     * one.
     */
    public static SseFrame snapshot(EventId id, Event event, EventEnvelope envelope) {
        return SseFrame.of("event: operation\ndata: " + data(id, event, envelope) + "\n\n");
    }

    /** Closes a snapshot: a block with only an id sets the client's last event id and dispatches no event. */
    public static SseFrame position(EventId id) {
        return SseFrame.of("id: " + id + "\n\n");
    }

    /** Tells that a snapshot is truncated: operations that ended or changed before the others were left out. */
    public static SseFrame truncated(int limit) {
        return SseFrame.of(": the snapshot ends after " + limit + " operations, there are more\n\n");
    }

    /** Tells that the stream cannot resume at the client's position; a snapshot follows. */
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

    /** No value needs an escape: ids, words, times, and a traceparent that was validated. */
    private static String cloudEvent(EventId id, Event event) {
        var trace = event.traceparent() == null ? "" : "\"traceparent\":\"" + event.traceparent() + "\",";
        return "{\"specversion\":\"1.0\",\"id\":\"" + id + "\",\"source\":\"/v1/" + event.projectId() + "/dev-servers/"
                + event.serverId() + "/operation/" + event.operationId()
                + "\",\"type\":\"dev.attachgateway.operation.changed\",\"subject\":\"" + event.volumeId()
                + "\",\"time\":\"" + event.at() + "\",\"datacontenttype\":\"application/json\"," + trace + "\"data\":"
                + event.data() + "}";
    }
}
