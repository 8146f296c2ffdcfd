package dev.attachgateway.operation;

import dev.attachgateway.access.Authorizer;
import dev.attachgateway.access.authentication.AuthorizationUnavailableException;
import dev.attachgateway.access.policy.AccessDeniedException;
import dev.attachgateway.request.RequestId;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;

/** Asks the policy again for an operation that has waited: a grant may have been withdrawn meanwhile. */
@ApplicationScoped
class Permission {
    private final Authorizer authorizer;
    private final OperationConfig config;

    Permission(Authorizer authorizer, OperationConfig config) {
        this.authorizer = authorizer;
        this.config = config;
    }

    /** What the policy says now. */
    sealed interface Verdict {
        record Yes() implements Verdict {}

        record No(Failure failure) implements Verdict {}

        /** The policy could not be asked; never a pass. */
        record Open(String reason) implements Verdict {}
    }

    Uni<Verdict> of(Operation operation) {
        return Uni.createFrom().item(() -> decide(operation));
    }

    private Verdict decide(Operation operation) {
        if (operation.now().isBefore(operation.createdAt().plus(config.grantFresh()))) {
            return new Verdict.Yes();
        }
        try {
            authorizer.require(
                    new RequestId(operation.requestId(), RequestId.generate().spanId()),
                    operation.asker(),
                    operation.type().action(),
                    operation.projectId(),
                    operation.serverId(),
                    operation.volumeId());
            return new Verdict.Yes();
        } catch (AccessDeniedException withdrawn) {
            return new Verdict.No(Failure.of(
                    Failure.Kind.NOT_GRANTED,
                    "Gateway.NotGranted",
                    "The caller's grant was withdrawn before the request was sent."));
        } catch (AuthorizationUnavailableException undecided) {
            return new Verdict.Open("It cannot be decided whether the caller may still do this.");
        }
    }
}
