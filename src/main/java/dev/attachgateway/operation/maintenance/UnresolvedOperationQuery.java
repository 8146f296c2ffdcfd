package dev.attachgateway.operation.maintenance;

import dev.attachgateway.database.DatabaseTimeout;
import dev.attachgateway.operation.model.Operation;
import dev.attachgateway.operation.store.OperationRowMapper;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/** Reads the operations that need attention. */
@ApplicationScoped
public class UnresolvedOperationQuery {
    /** Maximum number of operations in one result. */
    public static final int MAX_RESULTS = 100;

    private static final Comparator<UnresolvedOperation> NEWEST_FIRST = Comparator.comparing(
                    (UnresolvedOperation unresolved) -> unresolved.operation().createdAt())
            .reversed();

    /** A version before the column recorded the drift by an update. */
    private static final String DRIFT_SINCE = "coalesce(o.drift_since, o.updated_at)";

    private final Pool pool;
    private final StuckOperationDetector stuckDetector;

    UnresolvedOperationQuery(Pool pool, StuckOperationDetector stuckDetector) {
        this.pool = pool;
        this.stuckDetector = stuckDetector;
    }

    /** Why an operation needs attention. */
    public enum UnresolvedState {
        /** The outcome is unknown. */
        UNSETTLED,
        /** It has exceeded the limit of its step. */
        STUCK,
        /** The cloud contradicts its result. */
        DRIFT
    }

    /**
     * An operation that needs attention.
     *
     * @param since when this state began
     * @param duration from then until it was read, by the database's clock
     */
    public record UnresolvedOperation(Operation operation, Instant since, Duration duration) {}

    /**
     * A list of such operations, the newest first.
     *
     * @param hasMore whether there are more than the list contains
     */
    public record UnresolvedOperations(List<UnresolvedOperation> operations, boolean hasMore) {}

    /**
     * Lists the newest operations in this state; of the stuck ones those that have been stuck for longest.
     *
     * @param projectId null for all projects
     * @return fails with {@link dev.attachgateway.database.DatabaseUnavailableException} when the database does not respond
     */
    public Uni<UnresolvedOperations> list(UnresolvedState unresolvedState, @Nullable String projectId) {
        return switch (unresolvedState) {
            case UNSETTLED -> find("o.ended_at is null and o.step = 'unsettled'", "o.step_since", projectId);
            case DRIFT -> find("o.drift is not null", DRIFT_SINCE, projectId);
            case STUCK ->
                stuckDetector
                        .list(projectId, MAX_RESULTS + 1)
                        .map(found -> new UnresolvedOperations(
                                found.stream()
                                        .limit(MAX_RESULTS)
                                        .map(stuck -> toUnresolved(stuck.operation(), stuck.stepSince()))
                                        .sorted(NEWEST_FIRST)
                                        .toList(),
                                found.size() > MAX_RESULTS));
        };
    }

    private Uni<UnresolvedOperations> find(String condition, String since, @Nullable String projectId) {
        var query = """
                select %s, %s as so_since from operation o
                where ($1::text is null or o.project_id = $1) and %s
                order by o.created_at desc, o.operation_id limit $2""".formatted(OperationRowMapper.COLUMNS, since, condition);
        return DatabaseTimeout.limit(pool.preparedQuery(query)
                .execute(Tuple.from(Arrays.<@Nullable Object>asList(projectId, MAX_RESULTS + 1)))
                .map(UnresolvedOperationQuery::mapAll));
    }

    private static UnresolvedOperations mapAll(RowSet<Row> rows) {
        return new UnresolvedOperations(
                StreamSupport.stream(rows.spliterator(), false)
                        .limit(MAX_RESULTS)
                        .map(row -> toUnresolved(
                                OperationRowMapper.mapRow(row),
                                row.getOffsetDateTime("so_since").toInstant()))
                        .toList(),
                rows.size() > MAX_RESULTS);
    }

    private static UnresolvedOperation toUnresolved(Operation operation, Instant since) {
        return new UnresolvedOperation(
                operation, since, Duration.between(since, operation.readAt().instant()));
    }
}
