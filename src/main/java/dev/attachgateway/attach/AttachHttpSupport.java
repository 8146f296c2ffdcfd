package dev.attachgateway.attach;

import dev.attachgateway.access.AuthenticationFilter;
import dev.attachgateway.access.RequestContext;
import dev.attachgateway.attach.AttachService.StartedOperation;
import dev.attachgateway.operation.model.Operation;
import dev.attachgateway.operation.model.OperationJson;
import dev.attachgateway.operation.store.SignatureIdempotencyKey;
import dev.attachgateway.request.InvalidRequestException;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Parses the part of a request that attach and detach have in common, and makes the response. */
@ApplicationScoped
public class AttachHttpSupport {
    private static final String DRY_RUN = "dry_run";

    private final AttachService attachService;
    private final DryRunService dryRunService;
    private final AttachConfig config;

    AttachHttpSupport(AttachService attachService, DryRunService dryRunService, AttachConfig config) {
        this.attachService = attachService;
        this.dryRunService = dryRunService;
        this.config = config;
    }

    /**
     * Responds to an attach or a detach, or to its dry run.
     *
     * @param requestValidation the violations in path and body; the validation is completed here
     * @throws InvalidRequestException if there is any violation
     */
    Uni<Response> respond(
            RoutingContext exchange,
            Operation.Type type,
            String projectId,
            String serverId,
            String volumeId,
            InvalidRequestException.RequestValidation requestValidation) {
        var headers = exchange.request().headers();
        var isDryRun = isDryRun(exchange, requestValidation);
        var key = IdempotencyKeyHeader.fromHeaders(headers, requestValidation);
        requestValidation.throwIfInvalid();
        var context = AuthenticationFilter.contextOf(exchange);
        var preferHeader = PreferHeader.parse(
                isDryRun ? List.of() : headers.getAll("Prefer"), config.defaultWait(), config.maxWait());
        var command = new AttachmentCommand(
                context,
                type,
                projectId,
                serverId,
                volumeId,
                // A dry run has another signature than the request itself.
                isDryRun ? key : key.or(() -> signatureKey(context)),
                preferHeader.waitTime(),
                preferHeader.respondAsync());
        return isDryRun
                ? dryRunService.run(command).map(verdict -> Response.ok(verdict).build())
                : attachService
                        .start(command)
                        .invoke(started -> markReplayed(exchange, started))
                        .flatMap(started -> attachService.awaitResponse(command, started.operation()))
                        .map(operation -> toResponse(operation, preferHeader));
    }

    private static Optional<String> signatureKey(RequestContext context) {
        return context.authenticatedCaller().signatureFingerprint().map(SignatureIdempotencyKey::of);
    }

    /** Whether the request is a dry run; other query parameters are added to {@code requestValidation} as violations. */
    private static boolean isDryRun(
            RoutingContext exchange, InvalidRequestException.RequestValidation requestValidation) {
        var query = exchange.queryParams();
        requestValidation.allowParameters(query.names(), Set.of(DRY_RUN));
        var values = query.getAll(DRY_RUN);
        if (values.size() > 1) {
            requestValidation.addViolation(DRY_RUN, "is sent more than once");
        } else if (!Set.of("true", "false").containsAll(values)) {
            requestValidation.addViolation(DRY_RUN, "has to be true or false");
        }
        return values.contains("true");
    }

    /** Marks the response, whatever its status, as a replay of an earlier request. */
    private static void markReplayed(RoutingContext exchange, StartedOperation started) {
        if (started.replayed()) {
            exchange.response().putHeader("Idempotency-Replayed", "true");
        }
    }

    /** 200 once the cloud has accepted, 202 with the operation's URL before. */
    private Response toResponse(Operation operation, PreferHeader preferHeader) {
        var accepted =
                operation.state().upstreamId() != null || operation.state().isEnded();
        var response = Response.status(accepted ? Response.Status.OK : Response.Status.ACCEPTED)
                .entity(OperationJson.Accepted.of(operation));
        if (!accepted) {
            response.header("Location", location(operation))
                    .header("Retry-After", Math.max(1, config.retryAfter().toSeconds()));
        }
        preferHeader.preferenceApplied().ifPresent(applied -> response.header("Preference-Applied", applied));
        return response.build();
    }

    private static String location(Operation operation) {
        return "/v1/" + operation.projectId() + "/dev-servers/" + operation.serverId() + "/operation/" + operation.id();
    }
}
