package dev.attachgateway.operation;

import dev.attachgateway.access.Authorizer;
import dev.attachgateway.access.StreamAuthorizer;
import dev.attachgateway.access.policy.ReadScope;
import dev.attachgateway.disk.CloudIds;
import dev.attachgateway.stream.Audience;
import dev.attachgateway.stream.OperationStreams;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Answers the addresses of operations with their live story when that is what the client prefers. Raw routes, because the
 * status has to be decided after a look at the database and before the stream begins.
 */
@ApplicationScoped
class StreamRoutes {
    private static final String FEED = "/v1/:project_id/dev-servers/operations";
    private static final String OPERATION = "/v1/:project_id/dev-servers/:id/operation/:operation_id";
    private static final List<String> FEED_PARAMETERS = Stream.concat(
                    FilterParameters.NAMES.stream(), StreamWish.PARAMETERS.stream())
            .toList();

    private final Visible visible;
    private final OperationStreams streams;
    private final Authorizer authorizer;
    private final StreamAuthorizer streamAuthorizer;

    /** Opens the stream; what it throws or fails with becomes the answer. */
    private interface Opening {
        Uni<?> open(RoutingContext exchange, String projectId, StreamWish wish);
    }

    StreamRoutes(Visible visible, OperationStreams streams, Authorizer authorizer, StreamAuthorizer streamAuthorizer) {
        this.visible = visible;
        this.streams = streams;
        this.authorizer = authorizer;
        this.streamAuthorizer = streamAuthorizer;
    }

    void register(@Observes Router router) {
        serve(router, FEED, this::feed);
        serve(router, OPERATION, this::operation);
    }

    private void serve(Router router, String path, Opening opening) {
        router.get(path).handler(exchange -> answer(exchange, opening));
        router.head(path).handler(exchange -> answer(exchange, opening));
    }

    private void answer(RoutingContext exchange, Opening opening) {
        var wish = StreamWish.of(exchange.parsedHeaders().accept());
        if (!wish.isPreferred()) {
            exchange.next();
            return;
        }
        var projectId = CloudIds.normalize(exchange.pathParam("project_id"));
        // Within the chain: what a subscriber throws is dropped, and the request would never be answered.
        authorizer
                .authenticate(exchange)
                .invoke(caller -> authorizer.requireProjectAccess(exchange, projectId))
                .flatMap(caller -> opening.open(exchange, projectId, wish))
                .subscribe()
                .with(opened -> {}, exchange::fail);
    }

    private Uni<?> feed(RoutingContext exchange, String projectId, StreamWish wish) {
        var look = new InvalidRequest.Look().project(projectId).onlyParameters(names(exchange), FEED_PARAMETERS);
        var filter = FilterParameters.read(exchange.queryParams(), look);
        var envelope = wish.envelope(exchange.queryParams(), look);
        look.end();
        var readScope = visible.in(exchange, projectId, filter);
        var streamAuthorization = streamAuthorizer.authorize(exchange, projectId, readScope);
        streams.open(exchange, new Audience(projectId, filter, readScope), streamAuthorization, envelope, false);
        return Uni.createFrom().voidItem();
    }

    /** Of the parameters that say what is to be told; who wants to know was asked before. */
    private static Set<String> names(RoutingContext exchange) {
        var names = new HashSet<>(exchange.queryParams().names());
        names.remove(StreamWish.TICKET);
        return names;
    }

    private Uni<?> operation(RoutingContext exchange, String projectId, StreamWish wish) {
        return visible.to(exchange, projectId, exchange.pathParam("id"), exchange.pathParam("operation_id"))
                .invoke(operation -> {
                    var look = new InvalidRequest.Look();
                    var envelope = wish.envelope(exchange.queryParams(), look);
                    look.end();
                    var readScope = ReadScope.of(operation.serverId(), operation.volumeId());
                    streams.open(
                            exchange,
                            Audience.of(projectId, operation.id()),
                            streamAuthorizer.authorize(exchange, projectId, readScope),
                            envelope,
                            operation.state().isEnded());
                });
    }
}
