package dev.attachgateway.operation.reservation;

import dev.attachgateway.access.audit.AuditEntry;
import dev.attachgateway.access.audit.AuditLog;
import dev.attachgateway.operation.execution.OperationRunner;
import dev.attachgateway.operation.model.Operation;
import dev.attachgateway.operation.store.IdempotencyKeyReusedException;
import dev.attachgateway.operation.store.IdempotencyKeyStore;
import dev.attachgateway.operation.store.OperationQueries;
import dev.attachgateway.operation.store.SignatureIdempotencyKey;
import dev.attachgateway.problem.type.ProblemBuilder;
import dev.attachgateway.problem.type.ProblemException;
import dev.attachgateway.problem.type.ProblemType;
import dev.attachgateway.stream.tail.OperationAwaiter;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;

/** Reserves a disk for one operation at a time, and lets callers wait for the result. */
@ApplicationScoped
public class ReservationService {
    /** The conflicting operation or key may be gone when it is read; the reservation is then retried. */
    private static final int MAX_ATTEMPTS = 3;

    /** A commit that takes longer has an unknown outcome for the caller; if it succeeds, the operation continues. */
    private static final Duration COMMIT_TIMEOUT = Duration.ofSeconds(10);

    /** Delay before the next attempt while another transaction holds the same key. */
    private static final Duration KEY_RETRY_DELAY = Duration.ofMillis(150);

    private final OperationQueries operationQueries;
    private final OperationInserter inserter;
    private final IdempotencyKeyStore idempotencyKeys;
    private final OperationRunner runner;
    private final OperationAwaiter operationAwaiter;
    private final AuditLog auditLog;

    ReservationService(
            OperationQueries operationQueries,
            OperationInserter inserter,
            IdempotencyKeyStore idempotencyKeys,
            OperationRunner runner,
            OperationAwaiter operationAwaiter,
            AuditLog auditLog) {
        this.operationQueries = operationQueries;
        this.inserter = inserter;
        this.idempotencyKeys = idempotencyKeys;
        this.runner = runner;
        this.operationAwaiter = operationAwaiter;
        this.auditLog = auditLog;
    }

    /**
     * A request to reserve a disk.
     *
     * @param auditEntry the decision that allowed it; audited in the same transaction
     * @param idempotencyKey the key under which a repeated request replays the result of this one
     * @param responseTimeout how long the caller waits; a failed read of server or disk within it fails the operation
     */
    public record ReservationRequest(
            Operation.Type type, AuditEntry auditEntry, Optional<String> idempotencyKey, Duration responseTimeout) {}

    /** The outcome of a reservation request. */
    public sealed interface ReservationOutcome {
        /** The disk is reserved for this new operation, and its first steps are running. */
        record Created(Operation operation) implements ReservationOutcome {}

        /** The same caller has sent the same request before, and its operation is not finished. */
        record Joined(Operation operation) implements ReservationOutcome {}

        /** The same caller has sent the same request with the same key before; this is its operation. */
        record Replayed(Operation operation) implements ReservationOutcome {}

        /** Another operation has reserved the disk. */
        record DiskReserved(Operation holder) implements ReservationOutcome {}
    }

    /**
     * Reserves the disk and starts the operation, or finds the operation that has reserved it or that the key belongs to.
     *
     * @return fails with a {@link ProblemException} when the outcome of the commit is unknown, when the key was used for
     *     another request or its first request is being recorded, and when three attempts found the disk neither free nor
     *     reserved
     */
    public Uni<ReservationOutcome> reserve(ReservationRequest request) {
        return reserve(request, 1);
    }

    /**
     * Finds the operation of the request's key, where no new operation may start.
     *
     * @return empty without such an operation; fails with {@link IdempotencyKeyReusedException}
     */
    public Uni<Optional<ReservationOutcome>> findReplay(ReservationRequest request) {
        var allowed = request.auditEntry();
        return request.idempotencyKey()
                .map(key -> idempotencyKeys.find(key, request.type(), allowed))
                .orElse(Uni.createFrom().item(Optional.empty()))
                .invoke(found -> found.ifPresent(operation ->
                        auditLog.enqueue(allowed.withOperation(operation.id().toString()))))
                .onFailure(IdempotencyKeyReusedException.class)
                .invoke(_ -> auditLog.enqueue(allowed))
                .map(found -> found.map(ReservationOutcome.Replayed::new));
    }

    private Uni<ReservationOutcome> reserve(ReservationRequest request, int attempt) {
        var id = UUID.randomUUID();
        return inserter.insert(id, request)
                .ifNoItem()
                .after(COMMIT_TIMEOUT)
                .fail()
                .onFailure()
                .transform(failure -> new ProblemException(
                        ProblemBuilder.of(ProblemType.RESERVATION_UNKNOWN).withOperationId(id),
                        "the reservation may or may not have been committed",
                        failure))
                .flatMap(result -> switch (result) {
                    case OperationInserter.InsertResult.Inserted(var operation) ->
                        Uni.createFrom().item(startOperation(operation));
                    case OperationInserter.InsertResult.DiskReserved() -> handleDiskReserved(request, attempt);
                    case OperationInserter.InsertResult.KeyAlreadyClaimed() -> handleKeyClaimed(request, attempt);
                });
    }

    private ReservationOutcome startOperation(Operation operation) {
        runner.submit(operation);
        return new ReservationOutcome.Created(operation);
    }

    private Uni<ReservationOutcome> handleDiskReserved(ReservationRequest request, int attempt) {
        var allowed = request.auditEntry();
        var project = Objects.requireNonNull(allowed.projectId());
        return operationQueries
                .findUnfinished(project, Objects.requireNonNull(allowed.volumeId()))
                .flatMap(holder -> {
                    if (holder.isPresent()) {
                        return joinOrReject(holder.get(), request, attempt);
                    }
                    return attempt < MAX_ATTEMPTS
                            ? reserve(request, attempt + 1)
                            : Uni.createFrom().failure(retryable(ProblemType.DISK_CONTENDED));
                });
    }

    /** The first request with the key either commits, and is replayed, or rolls back, and frees the key. */
    private Uni<ReservationOutcome> handleKeyClaimed(ReservationRequest request, int attempt) {
        return findReplay(request).flatMap(found -> {
            if (found.isPresent()) {
                return Uni.createFrom().item(found.get());
            }
            if (attempt < MAX_ATTEMPTS) {
                return Uni.createFrom()
                        .voidItem()
                        .onItem()
                        .delayIt()
                        .by(KEY_RETRY_DELAY)
                        .flatMap(_ -> reserve(request, attempt + 1));
            }
            auditLog.enqueue(request.auditEntry());
            return Uni.createFrom().failure(retryable(ProblemType.KEY_IN_PROGRESS));
        });
    }

    private static ProblemException retryable(ProblemType type) {
        return new ProblemException(ProblemBuilder.of(type).withRetryAfter(ProblemBuilder.DEFAULT_RETRY_AFTER));
    }

    /** A request with its own idempotency key never joins an operation, not even one of the same caller. */
    static boolean canJoin(Operation holder, ReservationRequest request) {
        var auditEntry = request.auditEntry();
        var caller = Objects.requireNonNull(auditEntry.caller());
        return request.idempotencyKey()
                        .filter(key -> !SignatureIdempotencyKey.isSignatureKey(key))
                        .isEmpty()
                && holder.type() == request.type()
                && holder.serverId().equals(auditEntry.serverId())
                && holder.callerIssuer().equals(caller.issuer())
                && holder.callerSubject().equals(caller.subject());
    }

    private Uni<ReservationOutcome> joinOrReject(Operation holder, ReservationRequest request, int attempt) {
        var auditEntry = request.auditEntry();
        var joinable = canJoin(holder, request);
        var entryForHolder = auditEntry.withOperation(holder.id().toString());
        if (!joinable || request.idempotencyKey().isEmpty()) {
            auditLog.enqueue(entryForHolder);
            return Uni.createFrom()
                    .item(
                            joinable
                                    ? new ReservationOutcome.Joined(holder)
                                    : new ReservationOutcome.DiskReserved(holder));
        }
        // The same signature, sent again after the end, still has to find the operation it joined.
        return idempotencyKeys
                .claimForExisting(request.idempotencyKey().get(), auditEntry, holder)
                .flatMap(claimed -> {
                    if (!claimed) {
                        return handleKeyClaimed(request, attempt);
                    }
                    auditLog.enqueue(entryForHolder);
                    return Uni.createFrom().item(new ReservationOutcome.Joined(holder));
                });
    }

    /**
     * Waits until the operation has a response for its caller: accepted by the cloud, or ended.
     *
     * @param wait the maximum wait; after it the last known state of the operation is returned
     */
    public Uni<Operation> awaitResponse(Operation operation, Duration wait) {
        if (wait.isZero()) {
            return Uni.createFrom().item(operation);
        }
        return operationAwaiter
                .await(
                        operation.projectId(),
                        operation.id(),
                        () -> operationQueries
                                .find(operation.projectId(), operation.id())
                                .map(found -> found.filter(Operation::isReadyToRespond)),
                        wait)
                // The wait bounds the response even when the database fails: the last known state is returned.
                .onFailure()
                .recoverWithItem(Optional.empty())
                .map(awaited -> awaited.orElse(operation));
    }

    /** Finds the gateway's last attach of the disk to this server, for a caller whose disk is attached already. */
    public Uni<Optional<Operation>> findLastAttach(Operation operation) {
        return operationQueries.findLastAttach(operation.projectId(), operation.serverId(), operation.volumeId());
    }
}
