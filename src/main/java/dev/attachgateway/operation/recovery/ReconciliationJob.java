package dev.attachgateway.operation.recovery;

import dev.attachgateway.operation.model.Operation;
import dev.attachgateway.operation.model.OperationState;
import dev.attachgateway.operation.precondition.CloudStateReader;
import dev.attachgateway.operation.store.OperationMetrics;
import dev.attachgateway.operation.store.OperationRowMapper;
import dev.attachgateway.operation.store.ReconcileConfig;
import dev.attachgateway.schedule.JobScheduler;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Multi;
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
import java.util.List;
import java.util.Optional;
import java.util.stream.StreamSupport;
import org.jboss.logging.Logger;

/**
 * Compares ended operations with the cloud: successes for a day, failures with a request of unknown outcome for a week. It
 * only reads and reports; it sends no requests that change the cloud.
 */
@ApplicationScoped
class ReconciliationJob {
    private static final Logger LOG = Logger.getLogger(ReconciliationJob.class);

    /** For all batches of one execution; a larger backlog continues with the next one. */
    private static final Duration TIME_LIMIT = Duration.ofHours(1);

    /** Moving the time of the next read claims the row for one replica, because it is no longer due for the others. */
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
            """ + OperationRowMapper.COLUMNS;

    private final JobScheduler scheduler;
    private final Pool pool;
    private final CloudStateReader cloudStateReader;
    private final DriftRecorder driftRecorder;
    private final OperationMetrics metrics;
    private final ReconcileConfig config;

    ReconciliationJob(
            JobScheduler scheduler,
            Pool pool,
            CloudStateReader cloudStateReader,
            DriftRecorder driftRecorder,
            OperationMetrics metrics,
            ReconcileConfig config) {
        this.scheduler = scheduler;
        this.pool = pool;
        this.cloudStateReader = cloudStateReader;
        this.driftRecorder = driftRecorder;
        this.metrics = metrics;
        this.config = config;
    }

    record DueOperation(Operation operation, ReconciliationVerdict.LaterOperations laterOperations) {}

    void start(@Observes @Priority(Interceptor.Priority.LIBRARY_AFTER) StartupEvent event) {
        scheduler.schedule("reconciliation", config.pollInterval(), TIME_LIMIT, this::reconcileDue);
    }

    /** Reconciles batches until one is not full. */
    private Uni<?> reconcileDue() {
        return Multi.createBy()
                .repeating()
                .uni(() -> claimDue().flatMap(due -> reconcile(due).replaceWith(due.size() >= config.batchSize())))
                .whilst(isFull -> isFull)
                .collect()
                .last();
    }

    /** Claims due operations for this replica, at most a batch. */
    Uni<List<DueOperation>> claimDue() {
        return pool.preparedQuery(CLAIM)
                .execute(Tuple.of(
                        OperationRowMapper.toSeconds(config.minInterval()),
                        OperationRowMapper.toSeconds(config.maxInterval()),
                        OperationRowMapper.toSeconds(config.window()),
                        OperationRowMapper.toSeconds(config.doubtfulWindow()),
                        config.batchSize()))
                .map(ReconciliationJob::mapDue);
    }

    private static List<DueOperation> mapDue(RowSet<Row> rows) {
        return StreamSupport.stream(rows.spliterator(), false)
                .map(row -> new DueOperation(
                        OperationRowMapper.mapRow(row),
                        new ReconciliationVerdict.LaterOperations(
                                row.getBoolean("unfinished"), row.getBoolean("here"), row.getBoolean("elsewhere"))))
                .toList();
    }

    private Uni<Void> reconcile(List<DueOperation> due) {
        return Multi.createFrom()
                .iterable(due)
                .onItem()
                .transformToUni(dueOperation -> reconcile(dueOperation)
                        .onFailure()
                        .recoverWithUni(failure -> {
                            LOG.warnf(
                                    "operation not reconciled operation=%s: %s",
                                    dueOperation.operation.id(), failure.getMessage());
                            return Uni.createFrom().voidItem();
                        }))
                .merge(config.concurrency())
                .collect()
                .asList()
                .replaceWithVoid();
    }

    private Uni<Void> reconcile(DueOperation due) {
        var operation = due.operation;
        return readCloudState(due).flatMap(cloudState -> {
            var succeeded = operation.state() instanceof OperationState.Succeeded;
            var verdict = ReconciliationVerdict.evaluate(operation.type(), succeeded, due.laterOperations, cloudState);
            metrics.countReconciliation(verdict.finding());
            return switch (verdict.finding()) {
                case AS_BELIEVED, CONTRADICTED -> driftRecorder.recordForEnded(operation, verdict.drift());
                case EXPLAINED -> driftRecorder.stopReconciling(operation);
                case UNCLEAR, IN_HAND -> Uni.createFrom().voidItem();
            };
        });
    }

    /** The cloud is not read if a later operation already decides the finding. */
    private Uni<Optional<CloudStateReader.CloudState>> readCloudState(DueOperation due) {
        return due.laterOperations.unfinished() || due.laterOperations.sameServer()
                ? Uni.createFrom().item(Optional.empty())
                : cloudStateReader
                        .read(due.operation)
                        .map(Optional::of)
                        .onFailure()
                        .recoverWithItem(failure -> {
                            LOG.debugf(
                                    "cloud state not readable operation=%s reason=%s",
                                    due.operation.id(), failure.getMessage());
                            return Optional.empty();
                        });
    }
}
