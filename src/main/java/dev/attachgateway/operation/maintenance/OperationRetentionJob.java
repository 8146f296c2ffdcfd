package dev.attachgateway.operation.maintenance;

import dev.attachgateway.operation.store.OperationRowMapper;
import dev.attachgateway.stream.eventlog.EventLog;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.interceptor.Interceptor;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.jboss.logging.Logger;

/**
 * Removes operations that ended long ago, each with all of its events, in small transactions that hold nobody up. What is
 * unfinished is never removed, nor anything of it: its watchers get its story whole, however long it lasts.
 */
@ApplicationScoped
class OperationRetentionJob {
    private static final Logger LOG = Logger.getLogger(OperationRetentionJob.class);

    /** Of all replicas one at a time; a key that nobody else in this database has a use for. */
    private static final String TRY_LOCK = "select pg_try_advisory_xact_lock(7020119406301) as mine";

    /** What is still compared with the cloud, or stands for a key, is still in use. */
    private static final String DELETE_EXPIRED = """
            delete from operation where operation_id in (
                select operation_id from operation o
                where ended_at < now() - make_interval(secs => $1) and updated_at < now() - make_interval(secs => $1)
                    and reconcile_at is null
                    and not exists (select from idempotency_key k where k.operation_id = o.operation_id)
                order by ended_at limit $2 for update skip locked)
            returning operation_id""";

    private final Vertx vertx;
    private final Pool pool;
    private final EventLog eventLog;
    private final RetentionConfig config;
    private final AtomicBoolean removing = new AtomicBoolean();
    private volatile long timer;

    OperationRetentionJob(Vertx vertx, Pool pool, EventLog events, RetentionConfig config) {
        this.vertx = vertx;
        this.pool = pool;
        this.eventLog = events;
        this.config = config;
    }

    void start(@Observes @Priority(Interceptor.Priority.LIBRARY_AFTER) StartupEvent event) {
        timer = vertx.setPeriodic(config.interval().toMillis(), fired -> runIfIdle());
    }

    void stop(@Observes ShutdownEvent event) {
        vertx.cancelTimer(timer);
    }

    /** One transaction; gives back how many operations are gone. */
    Uni<Integer> removeBatch() {
        return pool.withTransaction(transaction -> transaction
                .query(TRY_LOCK)
                .execute()
                .flatMap(rows -> rows.iterator().next().getBoolean("mine")
                        ? removeBatch(transaction)
                        : Uni.createFrom().item(0)));
    }

    private Uni<Integer> removeBatch(SqlConnection transaction) {
        return transaction
                .preparedQuery(DELETE_EXPIRED)
                .execute(Tuple.of(OperationRowMapper.toSeconds(config.period()), config.batchSize()))
                .map(rows -> StreamSupport.stream(rows.spliterator(), false)
                        .map(OperationRetentionJob::operationId)
                        .toList())
                .flatMap(gone -> gone.isEmpty()
                        ? Uni.createFrom().item(0)
                        : eventLog.remove(transaction, gone).replaceWith(gone.size()));
    }

    private static UUID operationId(Row row) {
        return row.getUUID("operation_id");
    }

    /** Until a part is not full: one after the other, and not one within the other, since there may be thousands. */
    Uni<Long> removeAll() {
        return Multi.createBy()
                .repeating()
                .uni(() -> removeBatch())
                .whilst(gone -> gone == config.batchSize())
                .collect()
                .with(Collectors.summingLong(Integer::longValue));
    }

    private void runIfIdle() {
        if (removing.compareAndSet(false, true)) {
            removeAll()
                    .onTermination()
                    .invoke(() -> removing.set(false))
                    .subscribe()
                    .with(
                            gone -> LOG.debugf("operations removed by age operations=%d", gone),
                            failure -> LOG.warnf("operations were not removed by age: %s", failure.getMessage()));
        }
    }
}
