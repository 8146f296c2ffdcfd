package dev.attachgateway.operator;

import dev.attachgateway.access.Authorizer;
import dev.attachgateway.access.RequestContext;
import dev.attachgateway.access.audit.AuditEntry;
import dev.attachgateway.access.audit.AuditLog;
import dev.attachgateway.access.policy.Action;
import dev.attachgateway.access.policy.Resource;
import dev.attachgateway.operation.intervention.BreakerOverrides;
import dev.attachgateway.operation.intervention.OperationInterventions;
import dev.attachgateway.operation.intervention.SendPause;
import dev.attachgateway.operation.intervention.SendPauseStore;
import dev.attachgateway.operation.model.Operation;
import dev.attachgateway.operation.model.OperationPath;
import dev.attachgateway.operation.store.OperationQueries;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.function.BiFunction;

/** Authorizes operators and carries out their interventions; the authorizer audits each denial. */
@ApplicationScoped
class OperatorService {
    private final Authorizer authorizer;
    private final AuditLog auditLog;
    private final OperationQueries operationQueries;
    private final OperationInterventions interventions;
    private final SendPauseStore sendPauseStore;
    private final BreakerOverrides overrides;

    OperatorService(
            Authorizer authorizer,
            AuditLog auditLog,
            OperationQueries operationQueries,
            OperationInterventions interventions,
            SendPauseStore sendPauseStore,
            BreakerOverrides overrides) {
        this.authorizer = authorizer;
        this.auditLog = auditLog;
        this.operationQueries = operationQueries;
        this.interventions = interventions;
        this.sendPauseStore = sendPauseStore;
        this.overrides = overrides;
    }

    /** Ends an unfinished operation as failed; fails when there is none at the path. */
    Uni<Operation> release(OperatorCommand.Release command) {
        return intervene(
                command.context(),
                command.path(),
                (operation, allowed) -> interventions.release(operation.id(), command.reason(), allowed));
    }

    /** Restarts the settling of an unsettled operation; fails when there is none at the path. */
    Uni<Operation> settle(OperatorCommand.Settle command) {
        return intervene(
                command.context(),
                command.path(),
                (operation, allowed) -> interventions.settle(operation.id(), allowed));
    }

    /** Starts a pause of sends or replaces its reason. */
    Uni<SendPause> pause(OperatorCommand.Pause command) {
        return sendPauseStore.pause(
                command.projectId(), command.reason(), authorize(command.context(), command.projectId()));
    }

    /** Ends a pause of sends; returns the pauses that still apply to the project. */
    Uni<List<SendPause>> resume(OperatorCommand.Resume command) {
        return sendPauseStore.resume(command.projectId(), authorize(command.context(), command.projectId()));
    }

    /** Sets or removes the override of a circuit breaker, which requires a grant for all projects. */
    Uni<Void> override(OperatorCommand.OverrideBreaker command) {
        return overrides.set(
                command.service(), command.breakerOverride(), authorize(command.context(), SendPause.ALL_PROJECTS));
    }

    /**
     * Authorizes a read of an operator and audits it.
     *
     * @param projectId in lower case, or {@link SendPause#ALL_PROJECTS}, which requires a grant for all projects
     */
    void authorizeRead(RequestContext context, String projectId, String subject) {
        auditLog.enqueue(authorize(context, projectId).withReason("Looked at " + subject + "."));
    }

    /** Authorizes an intervention first on the server, so that only its operators learn which operations exist. */
    private Uni<Operation> intervene(
            RequestContext context,
            OperationPath path,
            BiFunction<Operation, AuditEntry, Uni<Operation>> intervention) {
        authorizer.require(context, Action.OPERATE, Resource.server(path.projectId(), path.serverId()));
        return operationQueries.getByPath(path).flatMap(operation -> {
            var resource = new Resource(path.projectId(), path.serverId(), operation.volumeId());
            var permit = authorizer.require(context, Action.OPERATE, resource);
            return intervention.apply(operation, permit.auditEntry());
        });
    }

    private AuditEntry authorize(RequestContext context, String projectId) {
        return authorizer
                .require(context, Action.OPERATE, Resource.wholeProject(projectId))
                .auditEntry();
    }
}
