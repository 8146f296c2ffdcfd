package dev.attachgateway.operation;

import dev.attachgateway.access.audit.AuditEntry;
import dev.attachgateway.access.audit.AuditLog;
import dev.attachgateway.stream.EventLog;
import dev.attachgateway.stream.Notifications;
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
class Drifts {
    private static final Logger LOG = Logger.getLogger(Drifts.class);

    /** Only while nobody else has touched the disk since the look began: what was seen may be their doing. */
    private static final String OF_ENDED = """
            update operation set drift = $2, updated_at = now(), version = version + 1,
                reconcile_at = case when not $5 then reconcile_at end
            where operation_id = $1 and version = $3 and ended_at is not null
                and ($5 or not exists(select from operation later
                    where later.project_id = operation.project_id and later.volume_id = operation.volume_id
                        and later.created_at > operation.created_at
                        and (later.ended_at is null or later.ended_at > $4)))
            returning\s""" + Rows.COLUMNS;

    private static final String OF_UNSETTLED = """
            update operation set drift = $4, updated_at = now(), version = version + 1
            where operation_id = $1 and lease_owner = $2 and lease_token = $3 and version = $5 and step = 'unsettled'
            returning\s""" + Rows.COLUMNS;

    private static final String FORGET =
            "update operation set reconcile_at = null where operation_id = $1 and ended_at is not null";

    private final Pool pool;
    private final EventLog events;
    private final Notifications notifications;
    private final AuditLog audit;
    private final OperationMetrics metrics;

    Drifts(Pool pool, EventLog events, Notifications notifications, AuditLog audit, OperationMetrics metrics) {
        this.pool = pool;
        this.events = events;
        this.notifications = notifications;
        this.audit = audit;
        this.metrics = metrics;
    }

    /**
     * What a look at an ended operation tells.
     *
     * @param drift how the cloud contradicts it; null when it does not
     * @return done as well when the operation or its disk has changed since it was read: a later look tells
     */
    Uni<Void> ofEnded(Operation read, @Nullable String drift) {
        return ofEnded(read, drift, false);
    }

    /** A later operation has decided where the disk is: it is not looked at any more. */
    Uni<Void> explained(Operation read) {
        return read.drift() == null
                ? pool.preparedQuery(FORGET).execute(Tuple.of(read.id())).replaceWithVoid()
                : ofEnded(read, null, true);
    }

    private Uni<Void> ofEnded(Operation read, @Nullable String drift, boolean explained) {
        if (!explained && isSaid(read, drift)) {
            return Uni.createFrom().voidItem();
        }
        var values = Arrays.<@Nullable Object>asList(
                read.id(), drift, read.version(), read.readAt().atOffset(ZoneOffset.UTC), explained);
        return write(OF_ENDED, Tuple.from(values)).replaceWithVoid();
    }

    /**
     * What a look at an operation of unknown outcome tells.
     *
     * @return the operation as it stands then; fails with {@link LeaseLost} when it is no longer ours to change
     */
    Uni<Operation> ofUnsettled(Operation held, @Nullable String drift) {
        if (isSaid(held, drift)) {
            return Uni.createFrom().item(held);
        }
        var values = Arrays.<@Nullable Object>asList(
                held.id(), held.lease().owner(), held.lease().token(), drift, held.version());
        return EventLog.inTime(write(OF_UNSETTLED, Tuple.from(values)))
                .map(changed -> changed.orElseThrow(() -> new LeaseLost(held)));
    }

    /** It is said once: that the words would be others by now is no news. */
    private static boolean isSaid(Operation operation, @Nullable String drift) {
        return (operation.drift() == null) == (drift == null);
    }

    private Uni<Optional<Operation>> write(String statement, Tuple values) {
        return pool.withTransaction(transaction -> transaction
                        .preparedQuery(statement)
                        .execute(values)
                        .flatMap(rows -> Rows.first(rows)
                                .map(changed -> audit.record(transaction, line(changed))
                                        .flatMap(recorded -> events.append(
                                                transaction,
                                                Drafts.of(
                                                        changed, changed.state().status())))
                                        .replaceWith(changed))
                                .orElse(Uni.createFrom().nullItem())))
                .map(Optional::ofNullable)
                .invoke(written -> written.ifPresent(this::told));
    }

    private static AuditEntry line(Operation changed) {
        return AuditEntry.observed(
                changed.projectId(),
                changed.serverId(),
                changed.volumeId(),
                changed.id().toString(),
                Objects.requireNonNullElse(changed.drift(), "The cloud no longer contradicts the operation."));
    }

    private void told(Operation changed) {
        notifications.committed();
        metrics.drifted(changed.drift() != null);
        if (changed.drift() == null) {
            LOG.infof("drift is over operation=%s", changed.id());
        } else {
            LOG.warnf(
                    "drift operation=%s project=%s server=%s disk=%s what=%s",
                    changed.id(), changed.projectId(), changed.serverId(), changed.volumeId(), changed.drift());
        }
    }
}
