package dev.attachgateway.operation;

import dev.attachgateway.access.audit.AuditEntry;
import dev.attachgateway.access.audit.AuditLog;
import dev.attachgateway.stream.Changes;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;

/** Gives a disk to one operation at a time, and lets callers wait for what becomes of it. */
@ApplicationScoped
public class Reservations {
    /** What stood in the way may be gone when it is looked at; then the disk is asked for again. */
    private static final int TRIES = 3;

    /** A commit that takes longer is of unknown outcome to the caller; if it comes, the operation goes on. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    /** How long the transaction of another request with the same key gets before it is looked at again. */
    private static final Duration PAUSE = Duration.ofMillis(150);

    private final Operations operations;
    private final Insertion insertion;
    private final Keys keys;
    private final Runner runner;
    private final Changes changes;
    private final AuditLog audit;

    Reservations(
            Operations operations, Insertion insertion, Keys keys, Runner runner, Changes changes, AuditLog audit) {
        this.operations = operations;
        this.insertion = insertion;
        this.keys = keys;
        this.runner = runner;
        this.changes = changes;
        this.audit = audit;
    }

    /**
     * What a caller asks for.
     *
     * @param allowed the decision that allowed it; goes on record in the same transaction
     * @param key under which the same request, sent again, joins what came of this one
     * @param patience how long the caller waits and wants to be told at once when server and disk cannot be looked at
     */
    public record Request(Operation.Type type, AuditEntry allowed, Optional<String> key, Duration patience) {}

    /** What came of asking for a disk. */
    public sealed interface Outcome {
        /** The disk is this operation's, and its first steps are being taken. */
        record Made(Operation operation) implements Outcome {}

        /** The same caller has asked for the same before, and that operation is not finished. */
        record Joined(Operation operation) implements Outcome {}

        /** The same caller has sent the same request with the same key before, and this is what came of it. */
        record Replayed(Operation operation) implements Outcome {}

        /** Another operation has the disk. */
        record Held(Operation by) implements Outcome {}
    }

    /**
     * Reserves the disk and begins, or says who has it, or what the key stands for.
     *
     * @return fails with {@link ReservationUnknown} when the database did not say whether it committed, with {@link KeyReused}
     *     and with {@link KeyInProgress}
     */
    public Uni<Outcome> reserve(Request request) {
        return reserve(request, 1);
    }

    /** What the key of the request stands for, where nothing new may begin; empty when it stands for nothing. */
    public Uni<Optional<Outcome>> replayed(Request request) {
        var allowed = request.allowed();
        return request.key()
                .map(key -> keys.find(key, request.type(), allowed))
                .orElse(Uni.createFrom().item(Optional.empty()))
                .invoke(found -> found.ifPresent(operation ->
                        audit.enqueue(allowed.withOperation(operation.id().toString()))))
                .onFailure(KeyReused.class)
                .invoke(reused -> audit.enqueue(allowed))
                .map(found -> found.map(Outcome.Replayed::new));
    }

    private Uni<Outcome> reserve(Request request, int attempt) {
        var id = UUID.randomUUID();
        return insertion
                .insert(id, request)
                .ifNoItem()
                .after(PATIENCE)
                .fail()
                .onFailure()
                .transform(failure -> new ReservationUnknown(id, failure))
                .flatMap(result -> switch (result) {
                    case Insertion.Result.Made(var operation) ->
                        Uni.createFrom().item(begun(operation));
                    case Insertion.Result.DiskTaken() -> held(request, attempt);
                    case Insertion.Result.KeyTaken() -> joined(request, attempt);
                });
    }

    private Outcome begun(Operation operation) {
        runner.take(operation);
        return new Outcome.Made(operation);
    }

    private Uni<Outcome> held(Request request, int attempt) {
        var allowed = request.allowed();
        var project = Objects.requireNonNull(allowed.projectId());
        return operations
                .holder(project, Objects.requireNonNull(allowed.volumeId()))
                .flatMap(holder -> {
                    if (holder.isPresent()) {
                        return heldBy(holder.get(), request, attempt);
                    }
                    return attempt < TRIES
                            ? reserve(request, attempt + 1)
                            : Uni.createFrom().failure(new DiskContended());
                });
    }

    /** Whoever was first with the key either commits, and is joined, or does not, and leaves the key to others. */
    private Uni<Outcome> joined(Request request, int attempt) {
        return replayed(request).flatMap(found -> {
            if (found.isPresent()) {
                return Uni.createFrom().item(found.get());
            }
            if (attempt < TRIES) {
                return Uni.createFrom()
                        .voidItem()
                        .onItem()
                        .delayIt()
                        .by(PAUSE)
                        .flatMap(waited -> reserve(request, attempt + 1));
            }
            audit.enqueue(request.allowed());
            return Uni.createFrom().failure(new KeyInProgress());
        });
    }

    /** A key of its own makes it a request of its own, also for whoever has the disk. */
    static boolean joins(Operation holder, Request request) {
        var asked = request.allowed();
        var caller = Objects.requireNonNull(asked.caller());
        return request.key().filter(key -> !SignatureKey.is(key)).isEmpty()
                && holder.type() == request.type()
                && holder.serverId().equals(asked.serverId())
                && holder.callerIssuer().equals(caller.issuer())
                && holder.callerSubject().equals(caller.subject());
    }

    private Uni<Outcome> heldBy(Operation holder, Request request, int attempt) {
        var asked = request.allowed();
        var same = joins(holder, request);
        var named = asked.withOperation(holder.id().toString());
        if (!same || request.key().isEmpty()) {
            audit.enqueue(named);
            return Uni.createFrom().item(same ? new Outcome.Joined(holder) : new Outcome.Held(holder));
        }
        // Sent once more after the end, the same signature is still to find the operation it has joined.
        return keys.join(request.key().get(), asked, holder).flatMap(put -> {
            if (!put) {
                return joined(request, attempt);
            }
            audit.enqueue(named);
            return Uni.createFrom().item(new Outcome.Joined(holder));
        });
    }

    /**
     * The operation as soon as the cloud's word on it is in, or as it stands when the wait is over.
     *
     * @param wait the longest wait
     */
    public Uni<Operation> answered(Operation operation, Duration wait) {
        if (wait.isZero()) {
            return Uni.createFrom().item(operation);
        }
        return changes.await(
                        operation.projectId(),
                        operation.id(),
                        () -> operations
                                .find(operation.projectId(), operation.id())
                                .map(found -> found.filter(Operation::isAnswered)),
                        wait)
                // The wait bounds the answer, whatever the database does: what is known by then is the answer.
                .onFailure()
                .recoverWithItem(Optional.empty())
                .map(answered -> answered.orElse(operation));
    }

    /** Whether the disk's last attach to this server was ours, for a caller who finds it there already. */
    public Uni<Optional<Operation>> attachedBy(Operation operation) {
        return operations.attachedBy(operation.projectId(), operation.serverId(), operation.volumeId());
    }
}
