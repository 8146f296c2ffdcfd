package dev.attachgateway.operation.recovery;

import dev.attachgateway.access.audit.AuditEntry;
import dev.attachgateway.access.audit.AuditLog;
import dev.attachgateway.database.DatabaseTimeout;
import dev.attachgateway.operation.model.Operation;
import dev.attachgateway.operation.store.LeaseLostException;
import dev.attachgateway.operation.store.OperationEvents;
import dev.attachgateway.operation.store.OperationMetrics;
import dev.attachgateway.operation.store.OperationRowMapper;
import dev.attachgateway.stream.eventlog.EventLog;
import dev.attachgateway.stream.tail.EventNotifier;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Records contradictions between the cloud and an operation: once at the beginning and once at the end of a drift, with an
 * event and an audit entry in the same transaction. A drift is never repaired.
 */
@ApplicationScoped
class DriftRecorder {
    private static final Logger LOG = Logger.getLogger(DriftRecorder.class);

    /** Only if no later operation has used the disk since the read began, because it may have caused the observed state. */
    private static final String UPDATE_ENDED = """
            update operation set drift = $2, drift_since = case when $2::text is not null then now() end,
                updated_at = now(), version = version + 1, reconcile_at = case when not $5 then reconcile_at end
            where operation_id = $1 and version = $3 and ended_at is not null
                and ($5 or not exists(select from operation later
                    where later.project_id = operation.project_id and later.volume_id = operation.volume_id
                        and later.created_at > operation.created_at
                        and (later.ended_at is null or later.ended_at > $4)))
            returning\s""" + OperationRowMapper.COLUMNS;

    private static final String UPDATE_UNSETTLED = """
            update operation set drift = $4, drift_since = case when $4::text is not null then now() end,
                updated_at = now(), version = version + 1
            where operation_id = $1 and lease_owner = $2 and lease_token = $3 and version = $5 and step = 'unsettled'
            returning\s""" + OperationRowMapper.COLUMNS;

    private static final String STOP_RECONCILING =
            "update operation set reconcile_at = null where operation_id = $1 and ended_at is not null";

    private final Pool pool;
    private final EventLog events;
    private final EventNotifier eventNotifier;
    private final AuditLog audit;
    private final OperationMetrics metrics;

    DriftRecorder(Pool pool, EventLog events, EventNotifier eventNotifier, AuditLog audit, OperationMetrics metrics) {
        this.pool = pool;
        this.events = events;
        this.eventNotifier = eventNotifier;
        this.audit = audit;
        this.metrics = metrics;
    }

    /**
     * Records the drift of an ended operation.
     *
     * @param drift how the cloud contradicts the outcome; null without a contradiction
     * @return completes without a change if the operation or its disk has changed since the read; a later read decides then
     */
    Uni<Void> recordForEnded(Operation read, @Nullable String drift) {
        return recordForEnded(read, drift, false);
    }

    /** Ends the reconciliation and the drift of an operation, because a later one determines where the disk is. */
    Uni<Void> stopReconciling(Operation read) {
        return read.drift() == null
                ? pool.preparedQuery(STOP_RECONCILING)
                        .execute(Tuple.of(read.id()))
                        .replaceWithVoid()
                : recordForEnded(read, null, true);
    }

    private Uni<Void> recordForEnded(Operation read, @Nullable String drift, boolean explained) {
        if (!explained && isAlreadyRecorded(read, drift)) {
            return Uni.createFrom().voidItem();
        }
        var values = Arrays.<@Nullable Object>asList(
                read.id(), drift, read.version(), read.readAt().instant().atOffset(ZoneOffset.UTC), explained);
        return updateWithEvent(UPDATE_ENDED, Tuple.from(values)).replaceWithVoid();
    }

    /**
     * Records the drift of an operation of unknown outcome.
     *
     * @return the operation after the change; fails with {@link LeaseLostException} if the lease or the version is outdated
     */
    Uni<Operation> recordForUnsettled(Operation operation, @Nullable String drift) {
        if (isAlreadyRecorded(operation, drift)) {
            return Uni.createFrom().item(operation);
        }
        var values = Arrays.<@Nullable Object>asList(
                operation.id(), operation.lease().owner(), operation.lease().token(), drift, operation.version());
        return DatabaseTimeout.limit(updateWithEvent(UPDATE_UNSETTLED, Tuple.from(values)))
                .map(changed -> changed.orElseThrow(() -> new LeaseLostException(operation)));
    }

    /** A drift is recorded once: another description of the same drift is no change. */
    private static boolean isAlreadyRecorded(Operation operation, @Nullable String drift) {
        return (operation.drift() == null) == (drift == null);
    }

    private Uni<Optional<Operation>> updateWithEvent(String statement, Tuple values) {
        return pool.withTransaction(transaction -> transaction
                        .preparedQuery(statement)
                        .execute(values)
                        .flatMap(rows -> OperationRowMapper.mapFirst(rows)
                                .map(changed -> audit.record(transaction, auditEntry(changed))
                                        .flatMap(_ -> events.append(
                                                transaction,
                                                OperationEvents.changeEvent(
                                                        changed, changed.state().status())))
                                        .replaceWith(changed))
                                .orElse(Uni.createFrom().nullItem())))
                .map(Optional::ofNullable)
                .invoke(changed -> changed.ifPresent(this::afterCommit));
    }

    private static AuditEntry auditEntry(Operation changed) {
        return AuditEntry.observed(
                changed.projectId(),
                changed.serverId(),
                changed.volumeId(),
                changed.id().toString(),
                Objects.requireNonNullElse(changed.drift(), "The cloud no longer contradicts the operation."));
    }

    private void afterCommit(Operation changed) {
        eventNotifier.committed();
        metrics.countDriftChange(changed.drift() != null);
        if (changed.drift() == null) {
            LOG.infof("drift ended operation=%s", changed.id());
        } else {
            LOG.warnf(
                    "drift operation=%s project=%s server=%s disk=%s what=%s",
                    changed.id(), changed.projectId(), changed.serverId(), changed.volumeId(), changed.drift());
        }
    }
}
