package dev.attachgateway.operation.maintenance;

import dev.attachgateway.operation.store.OperationRowMapper;
import dev.attachgateway.schedule.JobScheduler;
import dev.attachgateway.stream.eventlog.EventLog;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.interceptor.Interceptor;
import java.time.Duration;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.jboss.logging.Logger;

/**
 * Removes operations that ended before the retention period, each with all of its events, in small transactions that do not
 * block other work. An unfinished operation and its events are never removed: its subscribers get all of its events.
 */
@ApplicationScoped
class OperationRetentionJob {
    private static final Logger LOG = Logger.getLogger(OperationRetentionJob.class);

    /** For all batches of one execution; a larger backlog continues with the next one. */
    private static final Duration TIME_LIMIT = Duration.ofHours(1);

    /** One replica at a time; the key of the advisory lock is used for nothing else in this database. */
    private static final String TRY_LOCK = "select pg_try_advisory_xact_lock(7020119406301) as mine";

    /** Operations that are still reconciled with the cloud, or belong to an idempotency key, are kept. */
    private static final String DELETE_EXPIRED = """
            delete from operation where operation_id in (
                select operation_id from operation o
                where ended_at < now() - make_interval(secs => $1) and updated_at < now() - make_interval(secs => $1)
                    and reconcile_at is null
                    and not exists (select from idempotency_key k where k.operation_id = o.operation_id)
                order by ended_at limit $2 for update skip locked)
            returning operation_id""";

    private final JobScheduler scheduler;
    private final Pool pool;
    private final EventLog eventLog;
    private final RetentionConfig config;

    OperationRetentionJob(JobScheduler scheduler, Pool pool, EventLog eventLog, RetentionConfig config) {
        this.scheduler = scheduler;
        this.pool = pool;
        this.eventLog = eventLog;
        this.config = config;
    }

    void start(@Observes @Priority(Interceptor.Priority.LIBRARY_AFTER) StartupEvent event) {
        scheduler.schedule("operation-retention", config.interval(), TIME_LIMIT, this::removeAll);
    }

    /** Removes one batch in one transaction and returns the number of removed operations. */
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
                .flatMap(removed -> removed.isEmpty()
                        ? Uni.createFrom().item(0)
                        : eventLog.remove(transaction, removed).replaceWith(removed.size()));
    }

    private static UUID operationId(Row row) {
        return row.getUUID("operation_id");
    }

    /** Removes batches until one is not full; in a loop and not recursively, since there may be thousands. */
    Uni<Long> removeAll() {
        return Multi.createBy()
                .repeating()
                .uni(() -> removeBatch())
                .whilst(removed -> removed == config.batchSize())
                .collect()
                .with(Collectors.summingLong(Integer::longValue))
                .invoke(removed -> LOG.debugf("expired operations removed operations=%d", removed));
    }
}
