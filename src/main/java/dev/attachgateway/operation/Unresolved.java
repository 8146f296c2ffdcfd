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
import java.util.List;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/** The operations that somebody should look at, and since when. */
@ApplicationScoped
public class Unresolved {
    /** As many as are given at once. */
    public static final int MOST = 100;

    private static final String STUCK = """
            ended_at is null and case step
                when 'unsettled' then false
                when 'sending' then updated_at < now() - make_interval(secs => $3)
                when 'following' then updated_at < now() - make_interval(secs => $4)
                when 'confirming' then updated_at < now() - make_interval(secs => $5)
                else deadline < now() - make_interval(secs => $6) end""";

    private static final String SAME_STEP = "b.data::jsonb ->> 'step' = o.step";

    private final Pool pool;
    private final StepLimits limits;

    Unresolved(Pool pool, StepLimits limits) {
        this.pool = pool;
        this.limits = limits;
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
     * The newest operations with this matter; one more than {@link #MOST} when there are more.
     *
     * @param projectId null for all projects
     */
    public Uni<List<Case>> of(Matter matter, @Nullable String projectId) {
        var span = Arrays.<@Nullable Object>asList(projectId, MOST + 1);
        return switch (matter) {
            case UNSETTLED -> find("ended_at is null and step = 'unsettled'", SAME_STEP, span);
            case DRIFT -> find("drift is not null", "b.data::jsonb ->> 'drift' is not distinct from o.drift", span);
            case STUCK ->
                find(
                        STUCK,
                        SAME_STEP,
                        Arrays.<@Nullable Object>asList(
                                projectId,
                                MOST + 1,
                                Rows.seconds(limits.sending()),
                                Rows.seconds(limits.following()),
                                Rows.seconds(limits.confirming()),
                                Rows.seconds(limits.afterDeadline())));
        };
    }

    /** Since when: since the first of the latest events that say so without a break. */
    private Uni<List<Case>> find(String such, String so, List<@Nullable Object> values) {
        var query = """
                with o as (
                    select * from operation
                    where ($1::text is null or project_id = $1) and %s
                    order by created_at desc, operation_id limit $2)
                select %s, coalesce(
                    (select min(e.at) from event e
                     where e.operation_id = o.operation_id and e.position > coalesce(
                         (select max(b.position) from event b where b.operation_id = o.operation_id and not (%s)), 0)),
                    o.updated_at) as so_since
                from o order by o.created_at desc, o.operation_id""".formatted(such, Rows.COLUMNS, so);
        return EventLog.inTime(
                pool.preparedQuery(query).execute(Tuple.from(values)).map(Unresolved::cases));
    }

    private static List<Case> cases(RowSet<Row> rows) {
        return StreamSupport.stream(rows.spliterator(), false)
                .map(row -> {
                    var operation = Rows.operation(row);
                    var since = row.getOffsetDateTime("so_since").toInstant();
                    return new Case(operation, since, Duration.between(since, operation.readAt()));
                })
                .toList();
    }
}
