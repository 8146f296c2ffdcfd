package dev.attachgateway.operation.precondition;

import dev.attachgateway.access.Authorizer;
import dev.attachgateway.access.authentication.AuthorizationUnavailableException;
import dev.attachgateway.access.policy.AccessDeniedException;
import dev.attachgateway.access.policy.Resource;
import dev.attachgateway.operation.model.Operation;
import dev.attachgateway.operation.model.OperationConfig;
import dev.attachgateway.operation.model.OperationFailure;
import dev.attachgateway.problem.type.ProblemType;
import dev.attachgateway.request.RequestId;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;

/** Checks the policy again for an operation that has waited, because the grant may have been withdrawn meanwhile. */
@ApplicationScoped
public class GrantRecheck {
    private final Authorizer authorizer;
    private final OperationConfig config;

    GrantRecheck(Authorizer authorizer, OperationConfig config) {
        this.authorizer = authorizer;
        this.config = config;
    }

    /** The policy's current decision. */
    public sealed interface RecheckResult {
        record Granted() implements RecheckResult {}

        record Denied(OperationFailure failure) implements RecheckResult {}

        /** The policy could not be evaluated; never treated as granted. */
        record Undecided(String reason) implements RecheckResult {}
    }

    /** The current decision; an operation younger than {@link OperationConfig#grantRecheckAfter} counts as granted. */
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
        } catch (AccessDeniedException _) {
            return new RecheckResult.Denied(OperationFailure.of(
                    ProblemType.NOT_GRANTED, "The caller's grant was withdrawn before the request was sent."));
        } catch (AuthorizationUnavailableException _) {
            return new RecheckResult.Undecided("It cannot be decided whether the caller may still do this.");
        }
    }
}
