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

/** Authorizes operators; the authorizer audits each denial. */
@ApplicationScoped
class OperatorAuthorization {
    private final Authorizer authorizer;
    private final AuditLog auditLog;
    private final OperationQueries operationQueries;

    OperatorAuthorization(Authorizer authorizer, AuditLog auditLog, OperationQueries operationQueries) {
        this.authorizer = authorizer;
        this.auditLog = auditLog;
        this.operationQueries = operationQueries;
    }

    /**
     * An operation on which the operator may act.
     *
     * @param auditEntry the decision, to be audited with the intervention
     */
    record AuthorizedOperation(Operation operation, AuditEntry auditEntry) {}

    /** Authorizes an intervention in one operation; fails when there is none at the path. */
    Uni<AuthorizedOperation> authorize(RoutingContext exchange, OperationPath path) {
        authorizer.require(exchange, Action.OPERATE, Resource.server(path.projectId(), path.serverId()));
        return operationQueries.getByPath(path).map(operation -> {
            var resource = new Resource(path.projectId(), path.serverId(), operation.volumeId());
            return new AuthorizedOperation(
                    operation,
                    authorizer.require(exchange, Action.OPERATE, resource).auditEntry());
        });
    }

    /**
     * Authorizes an intervention in a whole project.
     *
     * @param projectId in lower case, or {@link SendPause#ALL_PROJECTS}, which requires a grant for all projects
     */
    AuditEntry authorize(RoutingContext exchange, String projectId) {
        return authorizer
                .require(exchange, Action.OPERATE, Resource.wholeProject(projectId))
                .auditEntry();
    }

    /** The same for a read, which is audited here. */
    void authorizeRead(RoutingContext exchange, String projectId, String subject) {
        auditLog.enqueue(authorize(exchange, projectId).withReason("Looked at " + subject + "."));
    }
}
