package dev.attachgateway.operator;

import dev.attachgateway.access.Authorizer;
import dev.attachgateway.access.audit.AuditEntry;
import dev.attachgateway.access.audit.AuditLog;
import dev.attachgateway.access.policy.Action;
import dev.attachgateway.access.policy.Resource;
import dev.attachgateway.operation.intervention.SendPause;
import dev.attachgateway.operation.model.Operation;
import dev.attachgateway.operation.model.OperationPath;
import dev.attachgateway.operation.store.OperationQueries;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;

/** How far an operator's word reaches; each refusal goes on record with the doorman. */
@ApplicationScoped
class OperatorAuthorization {
    /** In place of a server's or a disk's id: a grant that is limited to some does not cover it. */
    private final Authorizer authorizer;

    private final AuditLog auditLog;
    private final OperationQueries operationQueries;

    OperatorAuthorization(Authorizer authorizer, AuditLog audit, OperationQueries operationQueries) {
        this.authorizer = authorizer;
        this.auditLog = audit;
        this.operationQueries = operationQueries;
    }

    /**
     * An operation, and the operator's right to do something about it.
     *
     * @param auditEntry goes on record with what is done
     */
    record AuthorizedOperation(Operation operation, AuditEntry auditEntry) {}

    /** Over one operation; fails when there is none at the address. */
    Uni<AuthorizedOperation> authorize(RoutingContext exchange, OperationPath at) {
        authorizer.require(exchange, Action.OPERATE, Resource.server(at.projectId(), at.serverId()));
        return operationQueries.getByPath(at).map(operation -> {
            var resource = new Resource(at.projectId(), at.serverId(), operation.volumeId());
            return new AuthorizedOperation(
                    operation,
                    authorizer.require(exchange, Action.OPERATE, resource).auditEntry());
        });
    }

    /**
     * Over everything in a project.
     *
     * @param projectId in lower case, or {@link SendPause#ALL_PROJECTS}, which takes a grant for all projects
     */
    AuditEntry authorize(RoutingContext exchange, String projectId) {
        return authorizer
                .require(exchange, Action.OPERATE, Resource.wholeProject(projectId))
                .auditEntry();
    }

    /** The same for a look that changes nothing, which goes on record here. */
    void authorizeRead(RoutingContext exchange, String projectId, String at) {
        auditLog.enqueue(authorize(exchange, projectId).withReason("Looked at " + at + "."));
    }
}
