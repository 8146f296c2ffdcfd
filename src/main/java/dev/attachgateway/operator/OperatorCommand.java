package dev.attachgateway.operator;

import dev.attachgateway.access.RequestContext;
import dev.attachgateway.operation.intervention.SendPause;
import dev.attachgateway.operation.model.OperationPath;
import dev.attachgateway.upstream.http.CloudService;
import dev.attachgateway.upstream.resilience.BreakerOverride;

/** A valid request of an operator for an intervention. */
sealed interface OperatorCommand {
    RequestContext context();

    /** Ends an unfinished operation. */
    record Release(RequestContext context, OperationPath path, String reason) implements OperatorCommand {}

    /** Restarts the settling of an unsettled operation. */
    record Settle(RequestContext context, OperationPath path) implements OperatorCommand {}

    /**
     * Pauses the sends of a project.
     *
     * @param projectId in lower case, or {@link SendPause#ALL_PROJECTS}
     */
    record Pause(RequestContext context, String projectId, String reason) implements OperatorCommand {}

    /**
     * Resumes the sends of a project.
     *
     * @param projectId in lower case, or {@link SendPause#ALL_PROJECTS}
     */
    record Resume(RequestContext context, String projectId) implements OperatorCommand {}

    /** Sets or removes the override of a circuit breaker. */
    record OverrideBreaker(RequestContext context, CloudService service, BreakerOverride breakerOverride)
            implements OperatorCommand {}
}
