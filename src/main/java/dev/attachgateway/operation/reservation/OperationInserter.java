package dev.attachgateway.operation.reservation;

import dev.attachgateway.access.audit.AuditLog;
import dev.attachgateway.operation.model.Operation;
import dev.attachgateway.operation.model.OperationConfig;
import dev.attachgateway.operation.store.IdempotencyKeyStore;
import dev.attachgateway.operation.store.LeaseStore;
import dev.attachgateway.operation.store.OperationRowMapper;
import dev.attachgateway.operation.store.OperationStatements;
import dev.attachgateway.operation.store.TransitionStore;
import dev.attachgateway.stream.tail.EventNotifier;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Objects;
import java.util.UUID;

/** Commits new operations: key, row, audit entry and first event are one transaction. */
@ApplicationScoped
class OperationInserter {
    private final Pool pool;
    private final IdempotencyKeyStore idempotencyKeys;
    private final AuditLog auditLog;
    private final TransitionStore transitionStore;
    private final EventNotifier eventNotifier;
    private final LeaseStore leaseStore;
    private final OperationConfig config;

    OperationInserter(
            Pool pool,
            IdempotencyKeyStore idempotencyKeys,
            AuditLog auditLog,
            TransitionStore transitionStore,
            EventNotifier eventNotifier,
            LeaseStore leaseStore,
            OperationConfig config) {
        this.pool = pool;
        this.idempotencyKeys = idempotencyKeys;
        this.auditLog = auditLog;
        this.transitionStore = transitionStore;
        this.eventNotifier = eventNotifier;
        this.leaseStore = leaseStore;
        this.config = config;
    }

    /** The result of an insert. */
    sealed interface InsertResult {
        /** Committed, under this replica's lease. */
        record Inserted(Operation operation) implements InsertResult {}

        /** Nothing was written: an unfinished operation has reserved the disk. */
        record DiskReserved() implements InsertResult {}

        /** Nothing was written: the key belongs to another operation, or to one that is being committed. */
        record KeyAlreadyClaimed() implements InsertResult {}
    }

    /** Commits everything, or nothing when the disk is reserved or the key is claimed. */
    Uni<InsertResult> insert(UUID operationId, ReservationService.ReservationRequest request) {
        return pool.withTransaction(transaction -> claimKey(transaction, operationId, request)
                        .chain(() -> insertRow(transaction, operationId, request))
                        .call(_ -> auditLog.record(
                                transaction, request.auditEntry().withOperation(operationId.toString())))
                        .flatMap(inserted -> transitionStore.appendEvent(transaction, inserted, null)))
                .invoke(eventNotifier::committed)
                .<InsertResult>map(InsertResult.Inserted::new)
                .onFailure(InsertAbortedException.class)
                .recoverWithItem(aborted -> ((InsertAbortedException) aborted).result);
    }

    /** The key is claimed first: of two requests with one key and different disks, one is rejected for the key. */
    private Uni<Void> claimKey(
            SqlConnection transaction, UUID operationId, ReservationService.ReservationRequest request) {
        return request.idempotencyKey()
                .map(key -> idempotencyKeys
                        .claim(transaction, key, request.type(), request.auditEntry(), operationId)
                        .invoke(claimed -> {
                            if (!claimed) {
                                throw new InsertAbortedException(new InsertResult.KeyAlreadyClaimed());
                            }
                        })
                        .replaceWithVoid())
                .orElse(Uni.createFrom().voidItem());
    }

    private Uni<Operation> insertRow(
            SqlConnection transaction, UUID operationId, ReservationService.ReservationRequest request) {
        var allowed = request.auditEntry();
        var caller = Objects.requireNonNull(allowed.caller());
        var requestId = Objects.requireNonNull(allowed.requestId());
        return OperationStatements.RESERVE
                .values()
                .set("operation_id", operationId)
                .set("project_id", allowed.projectId())
                .set("server_id", UUID.fromString(allowed.serverId()))
                .set("volume_id", UUID.fromString(allowed.volumeId()))
                .set("type", request.type().wireName())
                .set("caller_issuer", caller.issuer())
                .set("caller_subject", caller.subject())
                .set("caller_groups", caller.groups().toArray(String[]::new))
                .set("request_id", requestId.traceId())
                .set("traceparent", requestId.traceparent())
                .set("response_timeout", OperationRowMapper.toSeconds(request.responseTimeout()))
                .set("deadline", OperationRowMapper.toSeconds(config.deadline()))
                .set("lease_owner", leaseStore.owner())
                .set("lease", OperationRowMapper.toSeconds(config.lease()))
                .execute(transaction)
                .map(rows -> OperationRowMapper.mapFirst(rows)
                        .orElseThrow(() -> new InsertAbortedException(new InsertResult.DiskReserved())));
    }

    /** Rolls the transaction back: a request that reserved nothing leaves no key. */
    private static final class InsertAbortedException extends RuntimeException {
        private final transient InsertResult result;

        InsertAbortedException(InsertResult result) {
            super("the insert was rolled back", null, false, false);
            this.result = result;
        }
    }
}
