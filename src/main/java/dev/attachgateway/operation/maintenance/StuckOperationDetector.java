package dev.attachgateway.operation.maintenance;

import dev.attachgateway.database.DatabaseTimeout;
import dev.attachgateway.database.DatabaseUnavailableException;
import dev.attachgateway.operation.model.Operation;
import dev.attachgateway.operation.model.OperationStep;
import dev.attachgateway.operation.store.OperationRowMapper;
import dev.attachgateway.schedule.JobScheduler;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.interceptor.Interceptor;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Finds operations that have exceeded the limit of their step and logs each once. It changes nothing else. */
@ApplicationScoped
public class StuckOperationDetector {
    private static final Logger LOG = Logger.getLogger(StuckOperationDetector.class);
    private static final Duration TIME_LIMIT = Duration.ofMinutes(1);
    private static final int MAX_REPORTED = 100;

    /** The limit of each step; {@link #limitParameters} has the values. */
    static final String STEP_LIMITS = "unnest($1::text[], $2::float8[]) as allowed (step, secs)";

    static final String IS_STUCK = "step_since < now() - make_interval(secs => allowed.secs)";

    private static final String FROM_STUCK =
            " from operation join " + STEP_LIMITS + " using (step) where ended_at is null and " + IS_STUCK;

    private static final String SELECT_STUCK = "select step_since, " + OperationRowMapper.COLUMNS + FROM_STUCK
            + " and ($3::text is null or project_id = $3) order by step_since limit $4";

    /** The row stores the report, so that one replica logs the operation, once. */
    private static final String MARK_REPORTED =
            "update operation set stuck_at = now() where operation_id in (select operation_id"
                    + FROM_STUCK + " and stuck_at is null limit " + MAX_REPORTED
                    + " for update of operation skip locked)"
                    + " returning step_since, " + OperationRowMapper.COLUMNS;

    private final JobScheduler scheduler;
    private final Pool pool;
    private final StuckConfig config;

    StuckOperationDetector(JobScheduler scheduler, Pool pool, StuckConfig config) {
        this.scheduler = scheduler;
        this.pool = pool;
        this.config = config;
    }

    /**
     * A stuck operation.
     *
     * @param stepSince when its current step began, by the database's clock
     * @param stepLimit the maximum time of that step
     */
    public record StuckOperation(Operation operation, Instant stepSince, Duration stepLimit) {}

    /**
     * Lists the operations that are stuck now, longest first.
     *
     * @param projectId null for all projects
     * @return fails with {@link DatabaseUnavailableException} when the database does not respond
     */
    Uni<List<StuckOperation>> list(@Nullable String projectId, int maxResults) {
        return DatabaseTimeout.limit(pool.preparedQuery(SELECT_STUCK)
                .execute(limitParameters(config).addString(projectId).addInteger(maxResults))
                .map(this::mapStuck));
    }

    /** The limits of all steps as the first two values of a statement. */
    static Tuple limitParameters(StuckConfig config) {
        var limits = config.limits();
        return Tuple.of(
                limits.keySet().stream().map(OperationStep::wireName).toArray(String[]::new),
                limits.values().stream().map(OperationRowMapper::toSeconds).toArray(Double[]::new));
    }

    void start(@Observes @Priority(Interceptor.Priority.LIBRARY_AFTER) StartupEvent event) {
        scheduler.schedule("stuck-operations", config.checkInterval(), TIME_LIMIT, this::reportNew);
    }

    private Uni<?> reportNew() {
        return pool.preparedQuery(MARK_REPORTED)
                .execute(limitParameters(config))
                .map(this::mapStuck)
                .invoke(stuck -> stuck.forEach(StuckOperationDetector::logStuck));
    }

    private static void logStuck(StuckOperation stuckOperation) {
        var operation = stuckOperation.operation;
        LOG.warnf(
                "operation stuck operation=%s project=%s server=%s disk=%s step=%s since=%s limit=%s",
                operation.id(),
                operation.projectId(),
                operation.serverId(),
                operation.volumeId(),
                operation.state().step(),
                stuckOperation.stepSince,
                stuckOperation.stepLimit);
    }

    private List<StuckOperation> mapStuck(RowSet<Row> rows) {
        Map<OperationStep, Duration> limits = config.limits();
        return StreamSupport.stream(rows.spliterator(), false)
                .map(row -> {
                    var operation = OperationRowMapper.mapRow(row);
                    return new StuckOperation(
                            operation,
                            row.getOffsetDateTime("step_since").toInstant(),
                            limits.getOrDefault(operation.state().step(), Duration.ZERO));
                })
                .toList();
    }
}
