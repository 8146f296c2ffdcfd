package dev.attachgateway.operation.precondition;

import dev.attachgateway.access.Authorizer;
import dev.attachgateway.access.authentication.AuthorizationUnavailableException;
import dev.attachgateway.access.policy.AccessDeniedException;
import dev.attachgateway.access.policy.Resource;
import dev.attachgateway.operation.model.Operation;
import dev.attachgateway.operation.model.OperationConfig;
import dev.attachgateway.operation.model.OperationFailure;
import dev.attachgateway.request.RequestId;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;

/** Asks the policy again for an operation that has waited: a grant may have been withdrawn meanwhile. */
@ApplicationScoped
public class GrantRecheck {
    private final Authorizer authorizer;
    private final OperationConfig config;

    GrantRecheck(Authorizer authorizer, OperationConfig config) {
        this.authorizer = authorizer;
        this.config = config;
    }

    /** What the policy says now. */
    public sealed interface RecheckResult {
        record Granted() implements RecheckResult {}

        record Denied(OperationFailure failure) implements RecheckResult {}

        /** The policy could not be asked; never a pass. */
        record Undecided(String reason) implements RecheckResult {}
    }

    public Uni<RecheckResult> check(Operation operation) {
        return Uni.createFrom().item(() -> checkNow(operation));
    }

    private RecheckResult checkNow(Operation operation) {
        if (operation.databaseNow().isBefore(operation.createdAt().plus(config.grantRecheckAfter()))) {
            return new RecheckResult.Granted();
        }
        try {
            authorizer.require(
                    new RequestId(operation.requestId(), RequestId.generate().spanId()),
                    operation.toCaller(),
                    operation.type().action(),
                    new Resource(operation.projectId(), operation.serverId(), operation.volumeId()));
            return new RecheckResult.Granted();
        } catch (AccessDeniedException withdrawn) {
            return new RecheckResult.Denied(OperationFailure.of(
                    OperationFailure.Kind.NOT_GRANTED,
                    "Gateway.NotGranted",
                    "The caller's grant was withdrawn before the request was sent."));
        } catch (AuthorizationUnavailableException undecided) {
            return new RecheckResult.Undecided("It cannot be decided whether the caller may still do this.");
        }
    }
}
