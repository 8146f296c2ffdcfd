package dev.attachgateway.operation.api;

import dev.attachgateway.access.AuthenticationFilter;
import dev.attachgateway.access.ProjectAccessFilter;
import dev.attachgateway.access.StreamAuthorizer;
import dev.attachgateway.access.policy.ReadScope;
import dev.attachgateway.disk.CloudIds;
import dev.attachgateway.operation.model.OperationPath;
import dev.attachgateway.request.InvalidRequestException;
import dev.attachgateway.stream.eventlog.SubscriptionScope;
import dev.attachgateway.stream.subscription.OpenStreamCommand;
import dev.attachgateway.stream.subscription.StreamHttpSupport;
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
 * Serves the paths of operations as event streams when the client prefers a stream. They are Vert.x routes, because the
 * status has to be decided after a read of the database and before the stream begins.
 */
@ApplicationScoped
class StreamRoutes {
    private static final String FEED_PATH = "/v1/:project_id/dev-servers/operations";
    private static final String OPERATION_PATH = "/v1/:project_id/dev-servers/:id/operation/:operation_id";
    private static final List<String> FEED_PARAMETERS = Stream.concat(
                    OperationFilterParameters.NAMES.stream(), StreamNegotiation.STREAM_PARAMETERS.stream())
            .toList();

    private final OperationAccess operationAccess;
    private final StreamHttpSupport streams;
    private final ProjectAccessFilter projectAccess;
    private final StreamAuthorizer streamAuthorizer;

    /** Opens the stream; its exceptions and failures become the response. */
    private interface StreamOpener {
        Uni<?> open(RoutingContext exchange, String projectId, StreamNegotiation negotiation);
    }

    StreamRoutes(
            OperationAccess operationAccess,
            StreamHttpSupport streams,
            ProjectAccessFilter projectAccess,
            StreamAuthorizer streamAuthorizer) {
        this.operationAccess = operationAccess;
        this.streams = streams;
        this.projectAccess = projectAccess;
        this.streamAuthorizer = streamAuthorizer;
    }

    void register(@Observes Router router) {
        addRoute(router, FEED_PATH, this::openFeed);
        addRoute(router, OPERATION_PATH, this::openOperationStream);
    }

    private void addRoute(Router router, String path, StreamOpener streamOpener) {
        router.get(path).handler(exchange -> handle(exchange, streamOpener));
        router.head(path).handler(exchange -> handle(exchange, streamOpener));
    }

    private void handle(RoutingContext exchange, StreamOpener streamOpener) {
        var negotiation = StreamNegotiation.fromAccept(exchange.parsedHeaders().accept());
        if (!negotiation.prefersStream()) {
            exchange.next();
            return;
        }
        var projectId = CloudIds.normalize(exchange.pathParam("project_id"));
        // Deferred into the chain: an exception thrown outside of it is dropped, and the request would get no response.
        Uni.createFrom()
                .deferred(() -> {
                    projectAccess.require(exchange, projectId);
                    return streamOpener.open(exchange, projectId, negotiation).replaceWithVoid();
                })
                .subscribe()
                .with(_ -> {}, exchange::fail);
    }

    private Uni<?> openFeed(RoutingContext exchange, String projectId, StreamNegotiation negotiation) {
        var requestValidation = new InvalidRequestException.RequestValidation()
                .projectId(projectId)
                .allowListedParameters(parameterNames(exchange), FEED_PARAMETERS);
        var filter = OperationFilterParameters.parse(exchange.queryParams(), requestValidation);
        var envelope = negotiation.resolveEnvelope(exchange.queryParams(), requestValidation);
        requestValidation.throwIfInvalid();
        var context = AuthenticationFilter.contextOf(exchange);
        var readScope = operationAccess.requireReadScope(context, projectId, filter);
        return streams.open(
                exchange,
                new OpenStreamCommand(
                        new SubscriptionScope(projectId, filter, readScope),
                        streamAuthorizer.authorize(context, projectId, readScope),
                        envelope,
                        StreamHttpSupport.lastEventId(exchange),
                        false));
    }

    /** The query parameters except the ticket, which was handled by authentication. */
    private static Set<String> parameterNames(RoutingContext exchange) {
        var names = new HashSet<>(exchange.queryParams().names());
        names.remove(StreamNegotiation.TICKET);
        return names;
    }

    private Uni<?> openOperationStream(RoutingContext exchange, String projectId, StreamNegotiation negotiation) {
        var context = AuthenticationFilter.contextOf(exchange);
        var path = OperationPath.parse(
                projectId,
                exchange.pathParam("id"),
                exchange.pathParam("operation_id"),
                new InvalidRequestException.RequestValidation());
        return operationAccess.getOperation(context, path).flatMap(operation -> {
            var requestValidation = new InvalidRequestException.RequestValidation();
            var envelope = negotiation.resolveEnvelope(exchange.queryParams(), requestValidation);
            requestValidation.throwIfInvalid();
            var readScope = ReadScope.of(operation.serverId(), operation.volumeId());
            return streams.open(
                    exchange,
                    new OpenStreamCommand(
                            SubscriptionScope.of(projectId, operation.id()),
                            streamAuthorizer.authorize(context, projectId, readScope),
                            envelope,
                            StreamHttpSupport.lastEventId(exchange),
                            operation.state().isEnded()));
        });
    }
}
