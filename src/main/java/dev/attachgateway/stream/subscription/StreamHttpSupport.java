package dev.attachgateway.stream.subscription;

import dev.attachgateway.problem.type.ProblemException;
import dev.attachgateway.stream.channel.SseResponseHead;
import dev.attachgateway.stream.channel.StreamChannelFactory;
import dev.attachgateway.stream.eventlog.EventId;
import dev.attachgateway.stream.eventlog.StreamConfig;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.impl.ContextInternal;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import org.jspecify.annotations.Nullable;

/** Makes the response to an HTTP request a stream. */
@ApplicationScoped
public class StreamHttpSupport {
    private final OperationStreamService streams;
    private final StreamConfig config;

    public StreamHttpSupport(OperationStreamService streams, StreamConfig config) {
        this.streams = streams;
        this.config = config;
    }

    /**
     * The last event that the client has received, by the header or by the query parameter.
     *
     * @return null when the request names none
     * @throws ProblemException if the gateway cannot have issued the id
     */
    public static @Nullable EventId lastEventId(RoutingContext exchange) {
        var header = exchange.request().getHeader("Last-Event-ID");
        var text = header != null ? header : exchange.request().getParam("last_event_id");
        return text == null || text.isEmpty() ? null : EventId.parse(text);
    }

    /** Opens the stream, or responds with its head only to HEAD; throws and fails like {@link OperationStreamService#open}. */
    public Uni<Void> open(RoutingContext exchange, OpenStreamCommand command) {
        var request = exchange.request();
        SseResponseHead.closeHttp10Connection(exchange);
        if (HttpMethod.HEAD.equals(request.method())) {
            SseResponseHead.prepare(request);
            var _ = exchange.response().end();
            return Uni.createFrom().voidItem();
        }
        // Not the request's own context, which retains the request's data for as long as the context lives.
        var loop = ((ContextInternal) exchange.vertx().getOrCreateContext()).unwrap();
        return streams.open(command, StreamChannelFactory.of(request, loop, config), loop);
    }
}
