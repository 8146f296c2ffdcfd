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
 * Writes down where the cloud contradicts what is believed of an operation: once when it begins and once when it is over,
 * with an event and an audit record in the same transaction. Nothing is ever repaired.
 */
@ApplicationScoped
class DriftRecorder {
    private static final Logger LOG = Logger.getLogger(DriftRecorder.class);

    /** Only while nobody else has touched the disk since the look began: what was seen may be their doing. */
    private static final String UPDATE_ENDED = """
            update operation set drift = $2, updated_at = now(), version = version + 1,
                reconcile_at = case when not $5 then reconcile_at end
            where operation_id = $1 and version = $3 and ended_at is not null
                and ($5 or not exists(select from operation later
                    where later.project_id = operation.project_id and later.volume_id = operation.volume_id
                        and later.created_at > operation.created_at
                        and (later.ended_at is null or later.ended_at > $4)))
            returning\s""" + OperationRowMapper.COLUMNS;

    private static final String UPDATE_UNSETTLED = """
            update operation set drift = $4, updated_at = now(), version = version + 1
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
     * What a look at an ended operation tells.
     *
     * @param drift how the cloud contradicts it; null when it does not
     * @return done as well when the operation or its disk has changed since it was read: a later look tells
     */
    Uni<Void> recordForEnded(Operation read, @Nullable String drift) {
        return recordForEnded(read, drift, false);
    }

    /** A later operation has decided where the disk is: it is not looked at any more. */
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
                read.id(), drift, read.version(), read.readAt().atOffset(ZoneOffset.UTC), explained);
        return updateWithEvent(UPDATE_ENDED, Tuple.from(values)).replaceWithVoid();
    }

    /**
     * What a look at an operation of unknown outcome tells.
     *
     * @return the operation as it stands then; fails with {@link LeaseLostException} when it is no longer ours to change
     */
    Uni<Operation> recordForUnsettled(Operation held, @Nullable String drift) {
        if (isAlreadyRecorded(held, drift)) {
            return Uni.createFrom().item(held);
        }
        var values = Arrays.<@Nullable Object>asList(
                held.id(), held.lease().owner(), held.lease().token(), drift, held.version());
        return DatabaseTimeout.limit(updateWithEvent(UPDATE_UNSETTLED, Tuple.from(values)))
                .map(changed -> changed.orElseThrow(() -> new LeaseLostException(held)));
    }

    /** It is said once: that the words would be others by now is no news. */
    private static boolean isAlreadyRecorded(Operation operation, @Nullable String drift) {
        return (operation.drift() == null) == (drift == null);
    }

    private Uni<Optional<Operation>> updateWithEvent(String statement, Tuple values) {
        return pool.withTransaction(transaction -> transaction
                        .preparedQuery(statement)
                        .execute(values)
                        .flatMap(rows -> OperationRowMapper.mapFirst(rows)
                                .map(changed -> audit.record(transaction, auditEntry(changed))
                                        .flatMap(recorded -> events.append(
                                                transaction,
                                                OperationEvents.changeEvent(
                                                        changed, changed.state().status())))
                                        .replaceWith(changed))
                                .orElse(Uni.createFrom().nullItem())))
                .map(Optional::ofNullable)
                .invoke(written -> written.ifPresent(this::afterCommit));
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
            LOG.infof("drift is over operation=%s", changed.id());
        } else {
            LOG.warnf(
                    "drift operation=%s project=%s server=%s disk=%s what=%s",
                    changed.id(), changed.projectId(), changed.serverId(), changed.volumeId(), changed.drift());
        }
    }
}
