package dev.attachgateway.operation.store;

import dev.attachgateway.database.DatabaseTimeout;
import dev.attachgateway.database.DatabaseUnavailableException;
import dev.attachgateway.operation.model.Operation;
import dev.attachgateway.operation.model.OperationPath;
import dev.attachgateway.problem.type.ProblemException;
import dev.attachgateway.problem.type.ProblemType;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;
import java.util.UUID;

/** Finds operations. Each query fails with {@link DatabaseUnavailableException} when the database does not respond. */
@ApplicationScoped
public class OperationQueries {
    private static final String BY_ID =
            "select " + OperationRowMapper.COLUMNS + " from operation where operation_id = $1 and project_id = $2";

    private static final String UNFINISHED_BY_DISK = "select " + OperationRowMapper.COLUMNS
            + " from operation where project_id = $1 and volume_id = $2 and ended_at is null";

    private static final String LAST_ATTACH = "select " + OperationRowMapper.COLUMNS
            + " from operation where project_id = $1 and volume_id = $2 and server_id = $3"
            + " and type = 'node_attach_volume' and status = 'success' order by ended_at desc limit 1";

    private final Pool pool;

    OperationQueries(Pool pool) {
        this.pool = pool;
    }

    /** The operation with this id in the project. */
    public Uni<Optional<Operation>> find(String projectId, UUID operationId) {
        return findOne(BY_ID, Tuple.of(operationId, projectId));
    }

    /** The operation at a path; fails with {@link ProblemType#OPERATION_NOT_FOUND} if there is none. */
    public Uni<Operation> getByPath(OperationPath operationPath) {
        return find(operationPath.projectId(), operationPath.operationId())
                .map(found -> found.filter(operation -> operation.serverId().equals(operationPath.serverId()))
                        .orElseThrow(() -> new ProblemException(ProblemType.OPERATION_NOT_FOUND)));
    }

    /** The unfinished operation that reserves the disk. */
    public Uni<Optional<Operation>> findUnfinished(String projectId, String volumeId) {
        return findOne(UNFINISHED_BY_DISK, Tuple.of(projectId, UUID.fromString(volumeId)));
    }

    /** The last successful attach of the disk to the server. */
    public Uni<Optional<Operation>> findLastAttach(String projectId, String serverId, String volumeId) {
        return findOne(LAST_ATTACH, Tuple.of(projectId, UUID.fromString(volumeId), UUID.fromString(serverId)));
    }

    private Uni<Optional<Operation>> findOne(String query, Tuple values) {
        return DatabaseTimeout.limit(pool.preparedQuery(query).execute(values).map(OperationRowMapper::mapFirst));
    }
}
