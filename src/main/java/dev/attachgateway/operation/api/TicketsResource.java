package dev.attachgateway.operation.api;

import dev.attachgateway.access.AuthenticationFilter;
import dev.attachgateway.access.RequestContext;
import dev.attachgateway.access.browser.Origin;
import dev.attachgateway.access.ticket.TicketStore;
import dev.attachgateway.disk.CloudIds;
import dev.attachgateway.request.InvalidRequestException;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.Optional;
import java.util.Set;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.jspecify.annotations.Nullable;

/** {@code POST …/dev-servers/operations/tickets}. */
@Path("/v1/{project_id}/dev-servers/operations/tickets")
@Produces(MediaType.APPLICATION_JSON)
public class TicketsResource {
    private final OperationAccess operationAccess;
    private final TicketStore ticketStore;

    TicketsResource(OperationAccess operationAccess, TicketStore ticketStore) {
        this.operationAccess = operationAccess;
        this.ticketStore = ticketStore;
    }

    /** Issues a ticket for one stream. */
    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @org.eclipse.microprofile.openapi.annotations.Operation(
            operationId = "createStreamTicket",
            summary = "Get a ticket for one stream",
            description =
                    "For a web page, whose EventSource cannot send a credential: the url in the response opens the stream of"
                            + " path once, for a page of that origin, within seconds. The stream lasts as long as the"
                            + " credential of this request is valid, and has the read scope of the caller when it is opened."
                            + " An automatic reconnect of EventSource is refused: the page requests another ticket and appends"
                            + " last_event_id.")
    @RequestBody(
            required = true,
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            schema = @Schema(implementation = TicketRequest.class)))
    @APIResponse(
            responseCode = "201",
            description = "The ticket.",
            content = @Content(schema = @Schema(implementation = TicketJson.class)))
    public Uni<Response> create(
            @Parameter(ref = "project_id") @PathParam("project_id") String project,
            @Nullable TicketRequest body,
            @Parameter(hidden = true) @Context RoutingContext exchange) {
        var projectId = CloudIds.normalize(project);
        var requestValidation = new InvalidRequestException.RequestValidation()
                .projectId(projectId)
                .allowParameters(exchange.queryParams().names(), Set.of());
        if (body == null) {
            throw requestValidation
                    .addViolation("body", "is missing: send {\"path\": \"<path of the stream>\"}")
                    .toException();
        }
        var origin = resolveOrigin(body, exchange.request().getHeader("Origin"), requestValidation);
        var ticketPath = TicketPath.parse(body.path(), projectId, requestValidation);
        var context = AuthenticationFilter.contextOf(exchange);
        return checkAccess(context, projectId, ticketPath)
                .chain(() -> ticketStore.issue(context.authenticatedCaller(), ticketPath.target(), origin))
                .map(ticket -> Response.status(Response.Status.CREATED)
                        .header("Cache-Control", "no-store")
                        .entity(TicketJson.of(ticket, String.valueOf(body.path())))
                        .build());
    }

    private static Origin resolveOrigin(
            TicketRequest body, @Nullable String header, InvalidRequestException.RequestValidation requestValidation) {
        if (body.origin() != null && header != null && !body.origin().equals(header)) {
            requestValidation.addViolation("origin", "has to be the same as the Origin header");
        }
        return Optional.ofNullable(body.origin() == null ? header : body.origin())
                .flatMap(Origin::parse)
                .orElseGet(() -> {
                    requestValidation.addViolation(
                            "origin", "has to be the origin of the page, such as https://console.example.com");
                    return new Origin("");
                });
    }

    private Uni<?> checkAccess(RequestContext context, String projectId, TicketPath ticketPath) {
        var path = ticketPath.operationPath();
        if (path != null) {
            return operationAccess.getOperation(context, path);
        }
        operationAccess.requireReadScope(context, projectId, ticketPath.filter());
        return Uni.createFrom().voidItem();
    }
}
