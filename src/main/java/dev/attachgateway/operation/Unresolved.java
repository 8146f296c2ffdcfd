package dev.attachgateway.operation;

import dev.attachgateway.stream.EventLog;
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
public class Unresolved {
    /** As many as are given at once. */
    public static final int MOST = 100;

    private static final Comparator<Case> NEWEST =
            Comparator.comparing((Case found) -> found.operation().createdAt()).reversed();

    /** Drift may begin and end while nothing else changes, so its events tell since when. */
    private static final String DRIFT_SINCE = """
            coalesce(
                (select min(e.at) from event e where e.operation_id = o.operation_id and e.position > coalesce(
                    (select max(b.position) from event b
                     where b.operation_id = o.operation_id and b.data::jsonb ->> 'drift' is null), 0)),
                o.updated_at)""";

    private final Pool pool;
    private final Stuck stuck;

    Unresolved(Pool pool, Stuck stuck) {
        this.pool = pool;
        this.stuck = stuck;
    }

    /** What may be the matter with an operation. */
    public enum Matter {
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
     * @param lasting until it was read, by the database's clock
     */
    public record Case(Operation operation, Instant since, Duration lasting) {}

    /**
     * Several of them, the newest operation first.
     *
     * @param more whether there are others
     */
    public record Cases(List<Case> cases, boolean more) {}

    /**
     * The newest operations with this matter; of those that are stuck the ones that have been so for longest.
     *
     * @param projectId null for all projects
     */
    public Uni<Cases> of(Matter matter, @Nullable String projectId) {
        return switch (matter) {
            case UNSETTLED -> find("o.ended_at is null and o.step = 'unsettled'", "o.step_since", projectId);
            case DRIFT -> find("o.drift is not null", DRIFT_SINCE, projectId);
            case STUCK ->
                stuck.list(projectId)
                        .map(found -> new Cases(
                                found.stream()
                                        .map(each -> aCase(each.operation(), each.since()))
                                        .sorted(NEWEST)
                                        .toList(),
                                found.size() >= MOST));
        };
    }

    private Uni<Cases> find(String such, String since, @Nullable String projectId) {
        var query = """
                select %s, %s as so_since from operation o
                where ($1::text is null or o.project_id = $1) and %s
                order by o.created_at desc, o.operation_id limit $2""".formatted(Rows.COLUMNS, since, such);
        return EventLog.inTime(pool.preparedQuery(query)
                .execute(Tuple.from(Arrays.<@Nullable Object>asList(projectId, MOST + 1)))
                .map(Unresolved::cases));
    }

    private static Cases cases(RowSet<Row> rows) {
        return new Cases(
                StreamSupport.stream(rows.spliterator(), false)
                        .limit(MOST)
                        .map(row -> aCase(
                                Rows.operation(row),
                                row.getOffsetDateTime("so_since").toInstant()))
                        .toList(),
                rows.size() > MOST);
    }

    private static Case aCase(Operation operation, Instant since) {
        return new Case(operation, since, Duration.between(since, operation.readAt()));
    }
}
