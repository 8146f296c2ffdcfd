package dev.attachgateway.stream;

/** The blocks of server-sent events (WHATWG HTML, "Server-sent events"). The data is JSON in one line. */
final class Frames {
    private static final Frame HEARTBEAT = Frame.of(":\n\n");

    private Frames() {}

    /** A change, with the id a client resumes from. */
    static Frame change(EventId id, Event event, Envelope envelope) {
        return Frame.of("id: " + id + "\nevent: operation\ndata: " + data(id, event, envelope) + "\n\n");
    }

    /** A part of a snapshot. It has no id: a client that lost the connection within a snapshot gets a whole new one. */
    static Frame snapshot(EventId id, Event event, Envelope envelope) {
        return Frame.of("event: operation\ndata: " + data(id, event, envelope) + "\n\n");
    }

    /** Closes a snapshot: an id and nothing else, which moves the client's last event id and fires nothing. */
    static Frame position(EventId id) {
        return Frame.of("id: " + id + "\n\n");
    }

    /** A snapshot has left operations out: those that ended before the others, or were changed before them. */
    static Frame cutOff(int most) {
        return Frame.of(": the snapshot ends after " + most + " operations, there are more\n\n");
    }

    /** What the client knew cannot be continued; a fresh snapshot follows. */
    static Frame reset(String reason) {
        return Frame.of("event: reset\ndata: {\"reason\":\"" + reason + "\"}\n\n");
    }

    static Frame retry(long milliseconds) {
        return Frame.of("retry: " + milliseconds + "\n\n");
    }

    static Frame heartbeat() {
        return HEARTBEAT;
    }

    private static String data(EventId id, Event event, Envelope envelope) {
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
