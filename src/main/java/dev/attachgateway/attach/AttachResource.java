package dev.attachgateway.attach;

import dev.attachgateway.disk.Ids;
import dev.attachgateway.operation.InvalidRequest;
import dev.attachgateway.operation.Operation;
import dev.attachgateway.operation.OperationJson;
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
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code POST …/attachvolume}, at the cloud's own address and in its own shape. */
@Path("/v1/{project_id}/dev-servers/{id}/attachvolume")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
public class AttachResource {
    private static final List<String> KEYS = List.of("Idempotency-Key", "X-Client-Token");

    private final Attach attach;
    private final AttachConfig config;

    AttachResource(Attach attach, AttachConfig config) {
        this.attach = attach;
        this.config = config;
    }

    @POST
    public Uni<Response> attach(
            @PathParam("project_id") String projectId,
            @PathParam("id") String serverId,
            @Nullable AttachRequest body,
            @Context RoutingContext exchange) {
        var server = Ids.lower(serverId);
        var disk = body == null || body.volumeId() == null ? null : Ids.lower(body.volumeId());
        var look = new InvalidRequest.Look().project(projectId).uuid("id", server);
        if (body == null) {
            look.wrong("body", "is missing: send {\"volume_id\": \"<id of the disk>\"}");
        } else {
            look.uuid("volume_id", disk);
        }
        // A parameter that asks for something other than an attach must not end as an attach.
        exchange.queryParams().names().forEach(name -> look.wrong(name, "is not a parameter of this call"));
        look.end();
        refuseKeys(exchange);
        var preference =
                Preference.of(exchange.request().headers().getAll("Prefer"), config.standardWait(), config.waitMost());
        return attach.attach(exchange, projectId, server, String.valueOf(disk), preference)
                .map(operation -> answer(operation, preference));
    }

    private static void refuseKeys(RoutingContext exchange) {
        for (var header : KEYS) {
            if (exchange.request().headers().contains(header)) {
                throw new KeyNotHonoured(header);
            }
        }
    }

    private Response answer(Operation operation, Preference preference) {
        var accepted = operation.state().upstreamId() != null;
        var response = Response.status(accepted ? Response.Status.OK : Response.Status.ACCEPTED)
                .entity(OperationJson.Accepted.of(operation));
        if (!accepted) {
            response.header("Location", location(operation))
                    .header("Retry-After", Math.max(1, config.retryAfter().toSeconds()));
        }
        preference.applied().ifPresent(applied -> response.header("Preference-Applied", applied));
        return response.build();
    }

    private static String location(Operation operation) {
        return "/v1/" + operation.projectId() + "/dev-servers/" + operation.serverId() + "/operation/" + operation.id();
    }
}
