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

/** The operations that somebody should look at, and since when. */
@ApplicationScoped
public class UnresolvedOperationQuery {
    /** As many as are given at once. */
    public static final int MAX_RESULTS = 100;

    private static final Comparator<UnresolvedOperation> NEWEST_FIRST = Comparator.comparing(
                    (UnresolvedOperation found) -> found.operation().createdAt())
            .reversed();

    /** Drift may begin and end while nothing else changes, so its events tell since when. */
    private static final String DRIFT_SINCE = """
            coalesce(
                (select min(e.at) from event e where e.operation_id = o.operation_id and e.position > coalesce(
                    (select max(b.position) from event b
                     where b.operation_id = o.operation_id and b.data::jsonb ->> 'drift' is null), 0)),
                o.updated_at)""";

    private final Pool pool;
    private final StuckOperationDetector stuckDetector;

    UnresolvedOperationQuery(Pool pool, StuckOperationDetector stuck) {
        this.pool = pool;
        this.stuckDetector = stuck;
    }

    /** What may be the matter with an operation. */
    public enum UnresolvedState {
        /** Its outcome is unknown. */
        UNSETTLED,
        /** It should have gone on or ended by now. */
        STUCK,
        /** The cloud has contradicted its end. */
        DRIFT
    }

    /**
     * An operation that needs hands.
     *
     * @param since when it became so
     * @param duration until it was read, by the database's clock
     */
    public record UnresolvedOperation(Operation operation, Instant since, Duration duration) {}

    /**
     * Several of them, the newest operation first.
     *
     * @param hasMore whether there are others
     */
    public record UnresolvedOperations(List<UnresolvedOperation> operations, boolean hasMore) {}

    /**
     * The newest operations with this matter; of those that are stuck the ones that have been so for longest.
     *
     * @param projectId null for all projects
     */
    public Uni<UnresolvedOperations> list(UnresolvedState unresolvedState, @Nullable String projectId) {
        return switch (unresolvedState) {
            case UNSETTLED -> find("o.ended_at is null and o.step = 'unsettled'", "o.step_since", projectId);
            case DRIFT -> find("o.drift is not null", DRIFT_SINCE, projectId);
            case STUCK ->
                stuckDetector
                        .list(projectId)
                        .map(found -> new UnresolvedOperations(
                                found.stream()
                                        .map(each -> toUnresolved(each.operation(), each.stepSince()))
                                        .sorted(NEWEST_FIRST)
                                        .toList(),
                                found.size() >= MAX_RESULTS));
        };
    }

    private Uni<UnresolvedOperations> find(String such, String since, @Nullable String projectId) {
        var query = """
                select %s, %s as so_since from operation o
                where ($1::text is null or o.project_id = $1) and %s
                order by o.created_at desc, o.operation_id limit $2""".formatted(OperationRowMapper.COLUMNS, since, such);
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
        return new UnresolvedOperation(operation, since, Duration.between(since, operation.readAt()));
    }
}
