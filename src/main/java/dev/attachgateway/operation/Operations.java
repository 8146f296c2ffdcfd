package dev.attachgateway.operation;

import dev.attachgateway.stream.EventLog;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;
import java.util.UUID;

/** Finds operations. Each look fails with {@link EventLog.Unavailable} when the database does not answer. */
@ApplicationScoped
public class Operations {
    private static final String BY_ID =
            "select " + Rows.COLUMNS + " from operation where operation_id = $1 and project_id = $2";

    private static final String HOLDER =
            "select " + Rows.COLUMNS + " from operation where project_id = $1 and volume_id = $2 and ended_at is null";

    private static final String ATTACHED_BY = "select " + Rows.COLUMNS
            + " from operation where project_id = $1 and volume_id = $2 and server_id = $3"
            + " and type = 'node_attach_volume' and status = 'success' order by ended_at desc limit 1";

    private final Pool pool;

    Operations(Pool pool) {
        this.pool = pool;
    }

    /** The operation, if the project has it. */
    public Uni<Optional<Operation>> find(String projectId, UUID operationId) {
        return one(BY_ID, Tuple.of(operationId, projectId));
    }

    /** The operation at an address; fails with {@link OperationNotFound} when there is none. */
    public Uni<Operation> at(Address address) {
        return find(address.projectId(), address.operationId())
                .map(found -> found.filter(it -> it.serverId().equals(address.serverId()))
                        .orElseThrow(OperationNotFound::new));
    }

    /** The unfinished operation that has the disk reserved. */
    public Uni<Optional<Operation>> holder(String projectId, String volumeId) {
        return one(HOLDER, Tuple.of(projectId, UUID.fromString(volumeId)));
    }

    /** The last operation that put the disk on the server. */
    public Uni<Optional<Operation>> attachedBy(String projectId, String serverId, String volumeId) {
        return one(ATTACHED_BY, Tuple.of(projectId, UUID.fromString(volumeId), UUID.fromString(serverId)));
    }

    private Uni<Optional<Operation>> one(String query, Tuple values) {
        return EventLog.inTime(pool.preparedQuery(query).execute(values).map(Rows::first));
    }
}
