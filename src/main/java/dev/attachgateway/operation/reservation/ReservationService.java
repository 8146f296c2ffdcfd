package dev.attachgateway.operation.reservation;

import dev.attachgateway.access.audit.AuditEntry;
import dev.attachgateway.access.audit.AuditLog;
import dev.attachgateway.operation.execution.OperationRunner;
import dev.attachgateway.operation.model.Operation;
import dev.attachgateway.operation.store.IdempotencyKeyReusedException;
import dev.attachgateway.operation.store.IdempotencyKeyStore;
import dev.attachgateway.operation.store.OperationQueries;
import dev.attachgateway.operation.store.SignatureIdempotencyKey;
import dev.attachgateway.stream.tail.OperationAwaiter;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;

/** Gives a disk to one operation at a time, and lets callers wait for what becomes of it. */
@ApplicationScoped
public class ReservationService {
    /** What stood in the way may be gone when it is looked at; then the disk is asked for again. */
    private static final int MAX_ATTEMPTS = 3;

    /** A commit that takes longer is of unknown outcome to the caller; if it comes, the operation goes on. */
    private static final Duration COMMIT_TIMEOUT = Duration.ofSeconds(10);

    /** How long the transaction of another request with the same key gets before it is looked at again. */
    private static final Duration KEY_RETRY_DELAY = Duration.ofMillis(150);

    private final OperationQueries operationQueries;
    private final OperationInserter inserter;
    private final IdempotencyKeyStore idempotencyKeys;
    private final OperationRunner runner;
    private final OperationAwaiter operationAwaiter;
    private final AuditLog auditLog;

    ReservationService(
            OperationQueries operationQueries,
            OperationInserter operationInserter,
            IdempotencyKeyStore idempotencyKeyStore,
            OperationRunner runner,
            OperationAwaiter operationAwaiter,
            AuditLog audit) {
        this.operationQueries = operationQueries;
        this.inserter = operationInserter;
        this.idempotencyKeys = idempotencyKeyStore;
        this.runner = runner;
        this.operationAwaiter = operationAwaiter;
        this.auditLog = audit;
    }

    /**
     * What a caller asks for.
     *
     * @param auditEntry the decision that allowed it; goes on record in the same transaction
     * @param idempotencyKey under which the same request, sent again, joins what came of this one
     * @param responseTimeout how long the caller waits and wants to be told at once when server and disk cannot be looked at
     */
    public record ReservationRequest(
            Operation.Type type, AuditEntry auditEntry, Optional<String> idempotencyKey, Duration responseTimeout) {}

    /** What came of asking for a disk. */
    public sealed interface ReservationOutcome {
        /** The disk is this operation's, and its first steps are being taken. */
        record Created(Operation operation) implements ReservationOutcome {}

        /** The same caller has asked for the same before, and that operation is not finished. */
        record Joined(Operation operation) implements ReservationOutcome {}

        /** The same caller has sent the same request with the same key before, and this is what came of it. */
        record Replayed(Operation operation) implements ReservationOutcome {}

        /** Another operation has the disk. */
        record DiskReserved(Operation holder) implements ReservationOutcome {}
    }

    /**
     * Reserves the disk and begins, or says who has it, or what the key stands for.
     *
     * @return fails with {@link ReservationUnknownException} when the database did not say whether it committed, with {@link IdempotencyKeyReusedException}
     *     and with {@link IdempotencyKeyInProgressException}
     */
    public Uni<ReservationOutcome> reserve(ReservationRequest request) {
        return reserve(request, 1);
    }

    /** What the key of the request stands for, where nothing new may begin; empty when it stands for nothing. */
    public Uni<Optional<ReservationOutcome>> findReplay(ReservationRequest request) {
        var allowed = request.auditEntry();
        return request.idempotencyKey()
                .map(key -> idempotencyKeys.find(key, request.type(), allowed))
                .orElse(Uni.createFrom().item(Optional.empty()))
                .invoke(found -> found.ifPresent(operation ->
                        auditLog.enqueue(allowed.withOperation(operation.id().toString()))))
                .onFailure(IdempotencyKeyReusedException.class)
                .invoke(reused -> auditLog.enqueue(allowed))
                .map(found -> found.map(ReservationOutcome.Replayed::new));
    }

    private Uni<ReservationOutcome> reserve(ReservationRequest request, int attempt) {
        var id = UUID.randomUUID();
        return inserter.insert(id, request)
                .ifNoItem()
                .after(COMMIT_TIMEOUT)
                .fail()
                .onFailure()
                .transform(failure -> new ReservationUnknownException(id, failure))
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
                            : Uni.createFrom().failure(new DiskContendedException());
                });
    }

    /** Whoever was first with the key either commits, and is joined, or does not, and leaves the key to others. */
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
                        .flatMap(waited -> reserve(request, attempt + 1));
            }
            auditLog.enqueue(request.auditEntry());
            return Uni.createFrom().failure(new IdempotencyKeyInProgressException());
        });
    }

    /** A key of its own makes it a request of its own, also for whoever has the disk. */
    static boolean canJoin(Operation holder, ReservationRequest request) {
        var asked = request.auditEntry();
        var caller = Objects.requireNonNull(asked.caller());
        return request.idempotencyKey()
                        .filter(key -> !SignatureIdempotencyKey.isSignatureKey(key))
                        .isEmpty()
                && holder.type() == request.type()
                && holder.serverId().equals(asked.serverId())
                && holder.callerIssuer().equals(caller.issuer())
                && holder.callerSubject().equals(caller.subject());
    }

    private Uni<ReservationOutcome> joinOrReject(Operation holder, ReservationRequest request, int attempt) {
        var asked = request.auditEntry();
        var same = canJoin(holder, request);
        var named = asked.withOperation(holder.id().toString());
        if (!same || request.idempotencyKey().isEmpty()) {
            auditLog.enqueue(named);
            return Uni.createFrom()
                    .item(same ? new ReservationOutcome.Joined(holder) : new ReservationOutcome.DiskReserved(holder));
        }
        // Sent once more after the end, the same signature is still to find the operation it has joined.
        return idempotencyKeys
                .claimForExisting(request.idempotencyKey().get(), asked, holder)
                .flatMap(put -> {
                    if (!put) {
                        return handleKeyClaimed(request, attempt);
                    }
                    auditLog.enqueue(named);
                    return Uni.createFrom().item(new ReservationOutcome.Joined(holder));
                });
    }

    /**
     * The operation as soon as the cloud's word on it is in, or as it stands when the wait is over.
     *
     * @param wait the longest wait
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
                // The wait bounds the answer, whatever the database does: what is known by then is the answer.
                .onFailure()
                .recoverWithItem(Optional.empty())
                .map(answered -> answered.orElse(operation));
    }

    /** Whether the disk's last attach to this server was ours, for a caller who finds it there already. */
    public Uni<Optional<Operation>> findLastAttach(Operation operation) {
        return operationQueries.findLastAttach(operation.projectId(), operation.serverId(), operation.volumeId());
    }
}
