package dev.attachgateway.operation;

import dev.attachgateway.access.Doorman;
import dev.attachgateway.access.Licensing;
import dev.attachgateway.disk.Ids;
import dev.attachgateway.stream.Audience;
import dev.attachgateway.stream.OperationStreams;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.List;
import java.util.stream.Stream;

/** Answers the address of a project's operations with their live feed when that is what the client prefers. */
@ApplicationScoped
class FeedRoute {
    private static final String PATH = "/v1/:project_id/dev-servers/operations";
    private static final List<String> PARAMETERS = Stream.concat(
                    FilterParameters.NAMES.stream(), Stream.of(StreamWish.ENVELOPE, "last_event_id"))
            .toList();

    private final Visible visible;
    private final OperationStreams streams;
    private final Doorman doorman;
    private final Licensing licensing;

    FeedRoute(Visible visible, OperationStreams streams, Doorman doorman, Licensing licensing) {
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
                .invoke(caller -> open(exchange, projectId, wish))
                .subscribe()
                .with(opened -> {}, exchange::fail);
    }

    private void open(RoutingContext exchange, String projectId, StreamWish wish) {
        var look = new InvalidRequest.Look()
                .project(projectId)
                .onlyParameters(exchange.queryParams().names(), PARAMETERS);
        var filter = FilterParameters.read(exchange.queryParams(), look);
        var envelope = wish.envelope(exchange.queryParams(), look);
        look.end();
        var sight = visible.in(exchange, projectId, filter);
        var licence = licensing.licence(exchange, projectId, sight);
        streams.open(exchange, new Audience(projectId, filter, sight), licence, envelope, false);
    }
}
