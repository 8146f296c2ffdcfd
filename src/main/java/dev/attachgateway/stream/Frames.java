package dev.attachgateway.stream;

import io.vertx.core.buffer.Buffer;

/** The bytes of server-sent events (WHATWG HTML, "Server-sent events"). The data is JSON in one line. */
final class Frames {
    private Frames() {}

    /** A change, with the id a client resumes from. */
    static Buffer change(EventId id, String data) {
        return Buffer.buffer("id: " + id + "\nevent: operation\ndata: " + data + "\n\n");
    }

    /** A part of a snapshot. It has no id: a client that lost the connection within a snapshot gets a whole new one. */
    static Buffer snapshot(String data) {
        return Buffer.buffer("event: operation\ndata: " + data + "\n\n");
    }

    /** Closes a snapshot: an id and nothing else, which moves the client's last event id and fires nothing. */
    static Buffer position(EventId id) {
        return Buffer.buffer("id: " + id + "\n\n");
    }

    /** What the client knew cannot be continued; a fresh snapshot follows. */
    static Buffer reset(String reason) {
        return Buffer.buffer("event: reset\ndata: {\"reason\":\"" + reason + "\"}\n\n");
    }

    static Buffer retry(long milliseconds) {
        return Buffer.buffer("retry: " + milliseconds + "\n\n");
    }

    static Buffer heartbeat() {
        return Buffer.buffer(":\n\n");
    }
}
