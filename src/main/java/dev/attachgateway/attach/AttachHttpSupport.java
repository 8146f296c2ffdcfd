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

/** What requests for an attach and for a detach have in common: their headers, and how they are answered. */
@ApplicationScoped
public class AttachHttpSupport {
    private static final String DRY_RUN = "dry_run";

    private final AttachConfig config;

    AttachHttpSupport(AttachConfig config) {
        this.config = config;
    }

    /** Whether the request is only tried out; the look is told of whatever else the address asks for. */
    static boolean isDryRun(RoutingContext exchange, InvalidRequestException.RequestValidation requestValidation) {
        var query = exchange.queryParams();
        requestValidation.allowParameters(query.names(), Set.of(DRY_RUN));
        var sent = query.getAll(DRY_RUN);
        if (sent.size() > 1) {
            requestValidation.addViolation(DRY_RUN, "is sent more than once");
        } else if (!Set.of("true", "false").containsAll(sent)) {
            requestValidation.addViolation(DRY_RUN, "has to be true or false");
        }
        return sent.contains("true");
    }

    /**
     * The key under which the request may be repeated, and that of its signature where it brings none; the look is told when
     * it cannot be read.
     */
    static Optional<String> idempotencyKey(
            RoutingContext exchange, InvalidRequestException.RequestValidation requestValidation) {
        return IdempotencyKeyHeader.fromHeaders(exchange.request().headers(), requestValidation)
                .or(() -> RequestSignature.fingerprint(exchange).map(SignatureIdempotencyKey::of));
    }

    /** Whatever the answer becomes, it says that it is the answer to an earlier request. */
    static void markReplayed(RoutingContext exchange) {
        exchange.response().putHeader("Idempotency-Replayed", "true");
    }

    PreferHeader preferHeader(RoutingContext exchange) {
        return PreferHeader.parse(
                exchange.request().headers().getAll("Prefer"), config.defaultWait(), config.maxWait());
    }

    /** 200 once the cloud has accepted, 202 with the operation's address before. */
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
