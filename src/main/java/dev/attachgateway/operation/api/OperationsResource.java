package dev.attachgateway.operation.api;

import dev.attachgateway.access.AuthenticationFilter;
import dev.attachgateway.disk.CloudIds;
import dev.attachgateway.request.InvalidRequestException;
import dev.attachgateway.stream.eventlog.SubscriptionScope;
import io.smallrye.mutiny.Uni;
import io.vertx.core.MultiMap;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.headers.Header;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.jspecify.annotations.Nullable;

/** {@code GET …/dev-servers/operations} as JSON; {@link StreamRoutes} serves the same path as a stream. */
@Path("/v1/{project_id}/dev-servers/operations")
@Produces(MediaType.APPLICATION_JSON)
public class OperationsResource {
    /** Maximum number of operations on one page. */
    static final int MAX_LIMIT = 200;

    private static final int DEFAULT_LIMIT = 50;
    private static final List<String> PARAMETERS = Stream.concat(
                    OperationFilterParameters.NAMES.stream(), Stream.of("limit", "cursor"))
            .toList();

    private final OperationAccess operationAccess;
    private final OperationListQuery listQuery;

    OperationsResource(OperationAccess operationAccess, OperationListQuery operationListQuery) {
        this.operationAccess = operationAccess;
        this.listQuery = operationListQuery;
    }

    /** A page of the project's operations as JSON. */
    @GET
    @org.eclipse.microprofile.openapi.annotations.Operation(
            operationId = "listOperations",
            summary = "List or follow a project's operations",
            description = "As JSON a page of them, the newest first, or a stream of their changes when Accept prefers"
                    + " text/event-stream. Filters are the same for both: a parameter that is repeated, or has several"
                    + " values separated by commas (except caller), matches when one of its values does. In the stream a"
                    + " status matches before or after the change. The response contains only what the caller's grants"
                    + " allow to read. The stream begins with a snapshot (the latest event of each unfinished operation"
                    + " and of those that ended recently), or with the events after Last-Event-ID, and does not end by"
                    + " itself. limit and cursor are for JSON; envelope and last_event_id are for the stream.")
    @Parameter(ref = "filter_server")
    @Parameter(ref = "filter_volume")
    @Parameter(ref = "filter_status")
    @Parameter(ref = "filter_type")
    @Parameter(ref = "filter_caller")
    @Parameter(ref = "limit")
    @Parameter(ref = "cursor")
    @Parameter(ref = "Last-Event-ID")
    @Parameter(ref = "last_event_id")
    @Parameter(ref = "envelope")
    @Parameter(ref = "ticket")
    @APIResponse(
            responseCode = "200",
            description = "A page of operations, or the stream.",
            headers = @Header(ref = "Link", name = "Link"),
            content = {
                @Content(
                        mediaType = MediaType.APPLICATION_JSON,
                        schema = @Schema(implementation = OperationsJson.class)),
                @Content(
                        mediaType = MediaType.SERVER_SENT_EVENTS,
                        schema = @Schema(type = SchemaType.STRING),
                        example = "id: 9ff3ee15-43-5be1a07c\nevent: operation\ndata: {\"operation_id\": \"…\"}\n\n")
            })
    public Uni<Response> list(
            @Parameter(ref = "project_id") @PathParam("project_id") String project,
            @Parameter(hidden = true) @Context RoutingContext exchange) {
        var query = exchange.queryParams();
        var projectId = CloudIds.normalize(project);
        var names = new HashSet<>(query.names());
        // A web page requests the URL of its stream as JSON to find out why the stream ended.
        names.removeAll(StreamNegotiation.STREAM_PARAMETERS);
        var requestValidation = new InvalidRequestException.RequestValidation()
                .projectId(projectId)
                .allowListedParameters(names, PARAMETERS);
        var filter = OperationFilterParameters.parse(query, requestValidation);
        var limit = parseLimit(query.get("limit"), requestValidation);
        var cursor = parseCursor(query.get("cursor"), requestValidation);
        requestValidation.throwIfInvalid();
        var readScope = operationAccess.requireReadScope(AuthenticationFilter.contextOf(exchange), projectId, filter);
        var subscriptionScope = new SubscriptionScope(projectId, filter, readScope);
        return listQuery.fetchPage(subscriptionScope, cursor, limit).map(page -> {
            var response = Response.ok(OperationsJson.of(page)).header("Vary", "Accept");
            page.nextCursor()
                    .ifPresent(next -> response.header("Link", nextLink(exchange.normalizedPath(), query, next)));
            return response.build();
        });
    }

    private static int parseLimit(@Nullable String value, InvalidRequestException.RequestValidation requestValidation) {
        if (value == null) {
            return DEFAULT_LIMIT;
        }
        if (value.matches("[1-9][0-9]{0,2}") && Integer.parseInt(value) <= MAX_LIMIT) {
            return Integer.parseInt(value);
        }
        requestValidation.addViolation("limit", "has to be 1 to " + MAX_LIMIT);
        return DEFAULT_LIMIT;
    }

    private static @Nullable PageCursor parseCursor(
            @Nullable String value, InvalidRequestException.RequestValidation requestValidation) {
        if (value == null) {
            return null;
        }
        return PageCursor.parse(value).orElseGet(() -> {
            requestValidation.addViolation("cursor", "has to be the value of next on the previous page");
            return null;
        });
    }

    /** The same query from the next cursor on. */
    private static String nextLink(String path, MultiMap query, PageCursor next) {
        var parameters = query.entries().stream()
                .filter(parameter -> !parameter.getKey().equals("cursor"))
                .map(parameter -> urlEncode(parameter.getKey()) + "=" + urlEncode(parameter.getValue()));
        return Stream.concat(parameters, Stream.of("cursor=" + next))
                .collect(Collectors.joining("&", "<" + path + "?", ">; rel=\"next\""));
    }

    private static String urlEncode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
