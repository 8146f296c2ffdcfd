package dev.attachgateway.attach;

import dev.attachgateway.access.accesskey.RequestSignature;
import dev.attachgateway.operation.model.Operation;
import dev.attachgateway.operation.model.OperationJson;
import dev.attachgateway.operation.store.SignatureIdempotencyKey;
import dev.attachgateway.request.InvalidRequestException;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.core.Response;
import java.util.Optional;
import java.util.Set;

/** Request headers and responses that attach and detach have in common. */
@ApplicationScoped
public class AttachHttpSupport {
    private static final String DRY_RUN = "dry_run";

    private final AttachConfig config;

    AttachHttpSupport(AttachConfig config) {
        this.config = config;
    }

    /** Whether the request is a dry run; other query parameters are added to {@code requestValidation} as violations. */
    static boolean isDryRun(RoutingContext exchange, InvalidRequestException.RequestValidation requestValidation) {
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

    /**
     * The idempotency key of the request, or one from its signature when it has none; a malformed key is added to {@code
     * requestValidation} as a violation.
     */
    static Optional<String> idempotencyKey(
            RoutingContext exchange, InvalidRequestException.RequestValidation requestValidation) {
        return IdempotencyKeyHeader.fromHeaders(exchange.request().headers(), requestValidation)
                .or(() -> RequestSignature.fingerprint(exchange).map(SignatureIdempotencyKey::of));
    }

    /** Marks the response, whatever its status, as a replay of an earlier request. */
    static void markReplayed(RoutingContext exchange) {
        exchange.response().putHeader("Idempotency-Replayed", "true");
    }

    PreferHeader preferHeader(RoutingContext exchange) {
        return PreferHeader.parse(
                exchange.request().headers().getAll("Prefer"), config.defaultWait(), config.maxWait());
    }

    /** 200 once the cloud has accepted, 202 with the operation's URL before. */
    Response toResponse(Operation operation, PreferHeader preferHeader) {
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
