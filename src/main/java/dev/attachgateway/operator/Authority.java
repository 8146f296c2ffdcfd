package dev.attachgateway.operator;

import dev.attachgateway.access.Authorizer;
import dev.attachgateway.access.audit.AuditEntry;
import dev.attachgateway.access.audit.AuditLog;
import dev.attachgateway.access.policy.Action;
import dev.attachgateway.operation.Address;
import dev.attachgateway.operation.Operation;
import dev.attachgateway.operation.Operations;
import dev.attachgateway.operation.Pause;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;

/** How far an operator's word reaches; each refusal goes on record with the doorman. */
@ApplicationScoped
class Authority {
    /** In place of a server's or a disk's id: a grant that is limited to some does not cover it. */
    private static final String EVERY = "*";

    private final Authorizer authorizer;
    private final AuditLog audit;
    private final Operations operations;

    Authority(Authorizer authorizer, AuditLog audit, Operations operations) {
        this.authorizer = authorizer;
        this.audit = audit;
        this.operations = operations;
    }

    /**
     * An operation, and the operator's right to do something about it.
     *
     * @param allowed goes on record with what is done
     */
    record Charge(Operation operation, AuditEntry allowed) {}

    /** Over one operation; fails when there is none at the address. */
    Uni<Charge> over(RoutingContext exchange, Address at) {
        authorizer.require(exchange, Action.OPERATE, at.projectId(), at.serverId(), null);
        return operations.at(at).map(operation -> {
            var disk = operation.volumeId();
            var decision = authorizer.require(exchange, Action.OPERATE, at.projectId(), at.serverId(), disk);
            return new Charge(
                    operation,
                    authorizer.allowedEntry(exchange, Action.OPERATE, at.projectId(), at.serverId(), disk, decision));
        });
    }

    /**
     * Over everything in a project.
     *
     * @param projectId in lower case, or {@link Pause#EVERYWHERE}, which takes a grant for all projects
     */
    AuditEntry over(RoutingContext exchange, String projectId) {
        var decision = authorizer.require(exchange, Action.OPERATE, projectId, EVERY, EVERY);
        return authorizer.allowedEntry(exchange, Action.OPERATE, projectId, EVERY, EVERY, decision);
    }

    /** The same for a look that changes nothing, which goes on record here. */
    void mayLook(RoutingContext exchange, String projectId, String at) {
        audit.enqueue(over(exchange, projectId).withReason("Looked at " + at + "."));
    }
}
