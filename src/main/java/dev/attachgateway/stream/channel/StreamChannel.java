package dev.attachgateway.stream.channel;

import dev.attachgateway.stream.sse.SseFrame;
import io.vertx.core.Future;

/** The way of one stream's bytes to its client. Only used on the event loop of its connection. */
public interface StreamChannel {
    /** Calls back once the client is gone or the answer has ended; also when that was so before. */
    void whenGone(Runnable gone);

    /** Writes the head of the answer. From here on there is no other status. */
    void open();

    /** Whether so much waits to be sent that nothing more should be written. */
    boolean isFull();

    /** Calls back, once, when there is room again. */
    void whenRoom(Runnable room);

    void write(SseFrame frame);

    /** Ends the answer in good order; done when its last byte has left or the client is gone. */
    Future<Void> end();

    /** Cuts the connection: whoever should come back must not take it for the end. */
    void cut();

    /** In place of a stream: there is nothing more (204), which makes an EventSource stop coming back. */
    void nothingMore();
}
