package dev.attachgateway.operation;

import dev.attachgateway.access.Doorman;
import dev.attachgateway.disk.Ids;
import dev.attachgateway.stream.OperationStreams;
import io.vertx.ext.web.ParsedHeaderValue;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.Comparator;
import java.util.List;

/**
 * Answers the operation's address with its live story when that is what the client prefers. A raw route, because the status
 * has to be decided after a look at the database and before the stream begins.
 */
@ApplicationScoped
class StreamRoute {
    private static final String PATH = "/v1/:project_id/dev-servers/:id/operation/:operation_id";

    private final Visible visible;
    private final OperationStreams streams;
    private final Doorman doorman;

    StreamRoute(Visible visible, OperationStreams streams, Doorman doorman) {
        this.visible = visible;
        this.streams = streams;
        this.doorman = doorman;
    }

    void register(@Observes Router router) {
        router.get(PATH).handler(this::answer);
    }

    private void answer(RoutingContext exchange) {
        if (!prefersStream(exchange.parsedHeaders().accept())) {
            exchange.next();
            return;
        }
        var projectId = Ids.lower(exchange.pathParam("project_id"));
        doorman.caller(exchange)
                .invoke(caller -> doorman.enterProject(exchange, projectId))
                .flatMap(caller ->
                        visible.to(exchange, projectId, exchange.pathParam("id"), exchange.pathParam("operation_id")))
                // Within the chain: what a subscriber throws is dropped, and the request would never be answered.
                .invoke(operation -> streams.open(exchange, projectId, operation.id()))
                .subscribe()
                .with(opened -> {}, exchange::fail);
    }

    /** Only an explicit wish, and only when JSON is wished for less: any type, no type or an equal wish is JSON. */
    static boolean prefersStream(List<? extends ParsedHeaderValue> accept) {
        return weight(accept, "text/event-stream") > weight(accept, "application/json");
    }

    private static float weight(List<? extends ParsedHeaderValue> accept, String type) {
        return accept.stream()
                .filter(wish ->
                        type.equalsIgnoreCase(wish.value().split(";", 2)[0].strip()))
                .map(ParsedHeaderValue::weight)
                .max(Comparator.naturalOrder())
                .orElse(0f);
    }
}
