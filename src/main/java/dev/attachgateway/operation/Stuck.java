package dev.attachgateway.operation;

import dev.attachgateway.stream.EventLog;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
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

/** Finds operations that stand at a step for longer than they should, and says so once for each. It changes nothing else. */
@ApplicationScoped
public class Stuck {
    private static final Logger LOG = Logger.getLogger(Stuck.class);
    private static final int MOST = 100;

    /** How long each step is allowed to take, as {@link #limits} fills it in. */
    static final String ALLOWED = "unnest($1::text[], $2::float8[]) as allowed (step, secs)";

    static final String IS_STUCK = "step_since < now() - make_interval(secs => allowed.secs)";

    private static final String FIND =
            " from operation join " + ALLOWED + " using (step) where ended_at is null and " + IS_STUCK;

    private static final String LIST = "select step_since, " + Rows.COLUMNS + FIND
            + " and ($3::text is null or project_id = $3) order by step_since limit " + MOST;

    /** The row remembers that it was said, so that one replica says it, and says it once. */
    private static final String NOTICE =
            "update operation set stuck_at = now() where operation_id in (select operation_id"
                    + FIND + " and stuck_at is null limit " + MOST + " for update of operation skip locked)"
                    + " returning step_since, " + Rows.COLUMNS;

    private final Vertx vertx;
    private final Pool pool;
    private final StuckConfig config;
    private volatile long timer;

    Stuck(Vertx vertx, Pool pool, StuckConfig config) {
        this.vertx = vertx;
        this.pool = pool;
        this.config = config;
    }

    /**
     * An operation that does not get on.
     *
     * @param since when its present step began, by the database's clock
     * @param limit how long that step should take at most
     */
    public record Found(Operation operation, Instant since, Duration limit) {}

    /**
     * Those that are stuck now, longest first, 100 at most.
     *
     * @param projectId only that project's; null for all
     * @return fails with {@link EventLog.Unavailable} when the database does not answer
     */
    public Uni<List<Found>> list(@Nullable String projectId) {
        return EventLog.inTime(pool.preparedQuery(LIST)
                .execute(limits(config).addString(projectId))
                .map(this::found));
    }

    /** The limits of all steps as the first two values of a statement. */
    static Tuple limits(StuckConfig config) {
        var limits = config.limits();
        return Tuple.of(
                limits.keySet().stream().map(Step::word).toArray(String[]::new),
                limits.values().stream().map(Rows::seconds).toArray(Double[]::new));
    }

    void start(@Observes @Priority(Interceptor.Priority.LIBRARY_AFTER) StartupEvent event) {
        timer = vertx.setPeriodic(config.every().toMillis(), fired -> notice());
    }

    void stop(@Observes ShutdownEvent event) {
        vertx.cancelTimer(timer);
    }

    private void notice() {
        pool.preparedQuery(NOTICE)
                .execute(limits(config))
                .map(this::found)
                .subscribe()
                .with(
                        all -> all.forEach(Stuck::warn),
                        failure -> LOG.warnf("nobody looked for stuck operations: %s", failure.getMessage()));
    }

    private static void warn(Found found) {
        var operation = found.operation;
        LOG.warnf(
                "operation stuck operation=%s project=%s server=%s disk=%s step=%s since=%s limit=%s",
                operation.id(),
                operation.projectId(),
                operation.serverId(),
                operation.volumeId(),
                operation.state().step(),
                found.since,
                found.limit);
    }

    private List<Found> found(RowSet<Row> rows) {
        Map<Step, Duration> limits = config.limits();
        return StreamSupport.stream(rows.spliterator(), false)
                .map(row -> {
                    var operation = Rows.operation(row);
                    return new Found(
                            operation,
                            row.getOffsetDateTime("step_since").toInstant(),
                            limits.getOrDefault(operation.state().step(), Duration.ZERO));
                })
                .toList();
    }
}
