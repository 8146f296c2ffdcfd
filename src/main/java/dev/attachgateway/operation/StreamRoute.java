package dev.attachgateway.operation;

import dev.attachgateway.access.Doorman;
import dev.attachgateway.access.Licensing;
import dev.attachgateway.access.Sight;
import dev.attachgateway.disk.Ids;
import dev.attachgateway.stream.Audience;
import dev.attachgateway.stream.OperationStreams;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

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
    private final Licensing licensing;

    StreamRoute(Visible visible, OperationStreams streams, Doorman doorman, Licensing licensing) {
        this.visible = visible;
        this.streams = streams;
        this.doorman = doorman;
        this.licensing = licensing;
    }

    void register(@Observes Router router) {
        router.get(PATH).handler(this::answer);
    }

    private void answer(RoutingContext exchange) {
        var wish = StreamWish.of(exchange.parsedHeaders().accept());
        if (!wish.isPreferred()) {
            exchange.next();
            return;
        }
        var projectId = Ids.lower(exchange.pathParam("project_id"));
        doorman.caller(exchange)
                .invoke(caller -> doorman.enterProject(exchange, projectId))
                .flatMap(caller ->
                        visible.to(exchange, projectId, exchange.pathParam("id"), exchange.pathParam("operation_id")))
                // Within the chain: what a subscriber throws is dropped, and the request would never be answered.
                .invoke(operation -> {
                    var look = new InvalidRequest.Look();
                    var envelope = wish.envelope(exchange.queryParams(), look);
                    look.end();
                    streams.open(
                            exchange,
                            Audience.of(projectId, operation.id()),
                            licensing.licence(
                                    exchange, projectId, Sight.of(operation.serverId(), operation.volumeId())),
                            envelope,
                            operation.state().isEnded());
                })
                .subscribe()
                .with(opened -> {}, exchange::fail);
    }
}
