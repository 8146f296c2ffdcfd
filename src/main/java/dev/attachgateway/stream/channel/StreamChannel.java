package dev.attachgateway.stream.channel;

import dev.attachgateway.stream.sse.SseFrame;
import io.vertx.core.Future;

/** Carries the bytes of one stream to its client. Used only on the event loop of its connection. */
public interface StreamChannel {
    /** Calls back once the client has disconnected or the response has ended, also if that was the case before. */
    void onClose(Runnable callback);

    /** Writes the response head. The status cannot change afterwards. */
    void open();

    /** Whether so many bytes wait to be sent that no more should be written. */
    boolean isFull();

    /** Calls back once, when the channel is writable again. */
    void onWritable(Runnable callback);

    void write(SseFrame frame);

    /** Ends the response in order; completes when its last byte is sent or the client has disconnected. */
    Future<Void> end();

    /**
     * Closes the connection without ending the response, so that the client reconnects instead of taking it for the
     * end.
     */
    void abort();

    /** Responds 204 in place of a stream, which makes an EventSource stop reconnecting. */
    void sendNoContent();
}
