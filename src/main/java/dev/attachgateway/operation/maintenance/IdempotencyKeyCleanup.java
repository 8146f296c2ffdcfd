package dev.attachgateway.operation.maintenance;

import dev.attachgateway.access.accesskey.SignatureValidity;
import dev.attachgateway.operation.store.OperationRowMapper;
import dev.attachgateway.operation.store.SignatureIdempotencyKey;
import dev.attachgateway.schedule.JobScheduler;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.interceptor.Interceptor;
import java.time.Duration;
import org.jboss.logging.Logger;

/** Removes expired idempotency keys. Every replica runs it; rows locked by one replica are skipped by the others. */
@ApplicationScoped
class IdempotencyKeyCleanup {
    private static final Logger LOG = Logger.getLogger(IdempotencyKeyCleanup.class);
    private static final Duration TIME_LIMIT = Duration.ofMinutes(1);

    /** An operation ends after its key was created, so keys younger than the limit are skipped without a join. */
    private static final String DELETE_EXPIRED = """
            delete from idempotency_key where operation_id in (
                select k.operation_id from idempotency_key k left join operation o on o.operation_id = k.operation_id
                where k.created_at < now() - make_interval(secs => $1)
                  and (o.operation_id is null or o.ended_at < now() - make_interval(secs => $1))
                  and (not starts_with(k.key, $3) or k.created_at < now() - make_interval(secs => $4))
                limit $2 for update of k skip locked)""";

    private final JobScheduler scheduler;
    private final Pool pool;
    private final IdempotencyConfig config;
    private final Duration signatureReplayWindow;

    IdempotencyKeyCleanup(JobScheduler scheduler, Pool pool, IdempotencyConfig config, SignatureValidity signatures) {
        this.scheduler = scheduler;
        this.pool = pool;
        this.config = config;
        this.signatureReplayWindow = signatures.replayWindow();
    }

    void start(@Observes @Priority(Interceptor.Priority.LIBRARY_AFTER) StartupEvent event) {
        scheduler.schedule("idempotency-key-cleanup", config.cleanupInterval(), TIME_LIMIT, this::removeBatch);
    }

    /** Removes one batch and returns the number of removed keys. */
    Uni<Integer> removeBatch() {
        return pool.preparedQuery(DELETE_EXPIRED)
                .execute(Tuple.of(
                        OperationRowMapper.toSeconds(config.ttl()),
                        config.cleanupBatchSize(),
                        SignatureIdempotencyKey.PREFIX,
                        OperationRowMapper.toSeconds(signatureReplayWindow)))
                .map(rows -> rows.rowCount())
                .invoke(removed -> LOG.debugf("idempotency keys removed keys=%d", removed));
    }
}
