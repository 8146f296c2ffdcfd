package dev.attachgateway.operation;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Multi;
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
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.StreamSupport;
import org.jboss.logging.Logger;

/**
 * Compares the cloud with what was found at the end of operations: of those that succeeded for a day, of those that failed
 * with a request of unknown outcome for a week. It looks and tells; it sends nothing.
 */
@ApplicationScoped
class Reconcile {
    private static final Logger LOG = Logger.getLogger(Reconcile.class);

    /** Moving the time of the next look is what makes it one replica's: the others find the row due no more. */
    private static final String CLAIM = """
            update operation set reconcile_at = case
                when now() < ended_at + make_interval(secs => case when status = 'success' then $3::float8 else $4::float8 end)
                then least(
                    now() + make_interval(secs => case when drift is not null then $1::float8
                        else greatest($1, least($2, extract(epoch from now() - ended_at)::float8)) end),
                    ended_at + make_interval(secs => case when status = 'success' then $3::float8 else $4::float8 end)) end
            where operation_id in (
                select operation_id from operation where reconcile_at <= now()
                order by reconcile_at limit $5 for update skip locked)
            returning
                exists(select from operation later
                    where later.project_id = operation.project_id and later.volume_id = operation.volume_id
                        and later.ended_at is null) as unfinished,
                exists(select from operation later
                    where later.project_id = operation.project_id and later.volume_id = operation.volume_id
                        and later.created_at > operation.created_at and later.server_id = operation.server_id
                        and later.attempts > 0
                        and (later.status = 'success' or later.doubted or later.failure ->> 'kind' = 'RELEASED')) as here,
                exists(select from operation later
                    where later.project_id = operation.project_id and later.volume_id = operation.volume_id
                        and later.created_at > operation.created_at and later.server_id <> operation.server_id
                        and later.status = 'success') as elsewhere,
            """ + Rows.COLUMNS;

    private final Vertx vertx;
    private final Pool pool;
    private final Checks checks;
    private final Drifts drifts;
    private final OperationMetrics metrics;
    private final ReconcileConfig config;
    private final AtomicBoolean busy = new AtomicBoolean();
    private volatile boolean stopped;
    private volatile long timer;

    Reconcile(Vertx vertx, Pool pool, Checks checks, Drifts drifts, OperationMetrics metrics, ReconcileConfig config) {
        this.vertx = vertx;
        this.pool = pool;
        this.checks = checks;
        this.drifts = drifts;
        this.metrics = metrics;
        this.config = config;
    }

    record Due(Operation operation, Reconciliation.Later later) {}

    void start(@Observes @Priority(Interceptor.Priority.LIBRARY_AFTER) StartupEvent event) {
        timer = vertx.setPeriodic(config.round().toMillis(), fired -> round());
    }

    void stop(@Observes ShutdownEvent event) {
        stopped = true;
        vertx.cancelTimer(timer);
    }

    /** One round at a time; while there is more than one batch, the next follows at once. */
    private void round() {
        if (!stopped && busy.compareAndSet(false, true)) {
            claim().flatMap(due -> lookAt(due).replaceWith(due.size() >= config.batch()))
                    .onTermination()
                    .invoke(() -> busy.set(false))
                    .subscribe()
                    .with(
                            more -> {
                                if (more) {
                                    round();
                                }
                            },
                            failure -> LOG.warnf("nothing was reconciled: %s", failure.getMessage()));
        }
    }

    /** What is due and now this replica's to look at, at most a batch. */
    Uni<List<Due>> claim() {
        return pool.preparedQuery(CLAIM)
                .execute(Tuple.of(
                        Rows.seconds(config.every()),
                        Rows.seconds(config.most()),
                        Rows.seconds(config.within()),
                        Rows.seconds(config.doubtedWithin()),
                        config.batch()))
                .map(Reconcile::due);
    }

    private static List<Due> due(RowSet<Row> rows) {
        return StreamSupport.stream(rows.spliterator(), false)
                .map(row -> new Due(
                        Rows.operation(row),
                        new Reconciliation.Later(
                                row.getBoolean("unfinished"), row.getBoolean("here"), row.getBoolean("elsewhere"))))
                .toList();
    }

    private Uni<Void> lookAt(List<Due> due) {
        return Multi.createFrom()
                .iterable(due)
                .onItem()
                .transformToUni(one -> lookAt(one).onFailure().recoverWithUni(failure -> {
                    LOG.warnf("operation not reconciled operation=%s: %s", one.operation.id(), failure.getMessage());
                    return Uni.createFrom().voidItem();
                }))
                .merge(config.atOnce())
                .collect()
                .asList()
                .replaceWithVoid();
    }

    private Uni<Void> lookAt(Due due) {
        var operation = due.operation;
        return sight(due).flatMap(sight -> {
            var succeeded = operation.state() instanceof State.Succeeded;
            var judged = Reconciliation.judge(operation.type(), succeeded, due.later, sight);
            metrics.looked(judged.finding());
            return switch (judged.finding()) {
                case AS_BELIEVED, CONTRADICTED -> drifts.ofEnded(operation, judged.drift());
                case EXPLAINED -> drifts.explained(operation);
                case UNCLEAR, IN_HAND -> Uni.createFrom().voidItem();
            };
        });
    }

    /** The cloud is not asked where another operation has the word. */
    private Uni<Optional<Checks.Sight>> sight(Due due) {
        return due.later.unfinished() || due.later.here()
                ? Uni.createFrom().item(Optional.empty())
                : checks.look(due.operation).map(Optional::of).onFailure().recoverWithItem(failure -> {
                    LOG.debugf(
                            "operation not looked at operation=%s reason=%s", due.operation.id(), failure.getMessage());
                    return Optional.empty();
                });
    }
}
