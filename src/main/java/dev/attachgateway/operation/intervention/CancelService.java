package dev.attachgateway.operation.intervention;

import dev.attachgateway.access.Authorizer;
import dev.attachgateway.access.Permit;
import dev.attachgateway.access.authentication.Caller;
import dev.attachgateway.access.policy.Action;
import dev.attachgateway.access.policy.Resource;
import dev.attachgateway.operation.model.Operation;
import dev.attachgateway.operation.store.OperationQueries;
import dev.attachgateway.problem.type.ProblemException;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;
import java.util.stream.Stream;

/** Cancels operations for their caller, while that caller still has the grant, and for operators. */
@ApplicationScoped
public class CancelService {
    private final Authorizer authorizer;
    private final OperationQueries operationQueries;
    private final OperationInterventions interventions;

    CancelService(Authorizer authorizer, OperationQueries operationQueries, OperationInterventions interventions) {
        this.authorizer = authorizer;
        this.operationQueries = operationQueries;
        this.interventions = interventions;
    }

    /**
     * Cancels an operation that has not been sent.
     *
     * @return the cancelled operation; fails with a {@link ProblemException} when there is none or its request may have
     *     been sent, or with what {@link Authorizer#require} throws
     */
    public Uni<Operation> cancel(CancelCommand command) {
        var context = command.context();
        var path = command.path();
        var server = Resource.server(path.projectId(), path.serverId());
        var mayCancelAny = Stream.of(Action.ATTACH, Action.DETACH)
                .anyMatch(action -> authorizer.find(context, action, server).isPresent());
        if (!mayCancelAny) {
            // A caller who may cancel nothing on this server does not learn which operations exist.
            authorizer.require(context, Action.OPERATE, server);
        }
        return operationQueries
                .getByPath(path)
                .flatMap(operation -> interventions.cancel(
                        operation.id(), authorize(command, operation).auditEntry()));
    }

    private Permit authorize(CancelCommand command, Operation operation) {
        var context = command.context();
        var path = command.path();
        var resource = new Resource(path.projectId(), path.serverId(), operation.volumeId());
        return Optional.of(operation.type().action())
                .filter(_ -> isOwnedBy(context.caller(), operation))
                .flatMap(action -> authorizer.find(context, action, resource))
                .orElseGet(() -> authorizer.require(context, Action.OPERATE, resource));
    }

    private static boolean isOwnedBy(Caller caller, Operation operation) {
        return operation.callerIssuer().equals(caller.issuer())
                && operation.callerSubject().equals(caller.subject());
    }
}
