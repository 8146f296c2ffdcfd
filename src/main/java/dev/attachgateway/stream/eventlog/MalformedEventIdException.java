package dev.attachgateway.stream.eventlog;

/** A {@code Last-Event-ID} that this gateway cannot have issued. */
public class MalformedEventIdException extends RuntimeException {
    MalformedEventIdException(String text) {
        super("Last-Event-ID is not an id of this stream: " + text.substring(0, Math.min(text.length(), 40)));
    }
}
