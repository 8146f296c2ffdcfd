package dev.attachgateway.operation;

import dev.attachgateway.access.Audit;
import dev.attachgateway.access.AuditRecord;
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
    /** The holder may end between the refused insert and the look at it; then the disk is free and is asked for again. */
    private static final int TRIES = 3;

    /** A commit that takes longer is of unknown outcome to the caller; if it comes, the operation goes on. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Operations operations;
    private final Transitions transitions;
    private final Runner runner;
    private final Leases leases;
    private final Changes changes;
    private final Audit audit;

    Reservations(
            Operations operations,
            Transitions transitions,
            Runner runner,
            Leases leases,
            Changes changes,
            Audit audit) {
        this.operations = operations;
        this.transitions = transitions;
        this.runner = runner;
        this.leases = leases;
        this.changes = changes;
        this.audit = audit;
    }

    /** What came of asking for a disk. */
    public sealed interface Outcome {
        /** The disk is this operation's, and its first steps are being taken. */
        record Made(Operation operation) implements Outcome {}

        /** The same caller has asked for the same before, and that operation is not finished. */
        record Joined(Operation operation) implements Outcome {}

        /** Another operation has the disk. */
        record Held(Operation by) implements Outcome {}
    }

    /**
     * Reserves the disk and begins, or says who has it.
     *
     * @param allowed the decision that allowed it; goes on record in the same transaction
     * @param wait how long the caller waits and wants to be told at once when server and disk cannot be looked at
     * @return fails with {@link ReservationUnknown} when the database did not say whether it committed
     */
    public Uni<Outcome> reserve(Operation.Type type, AuditRecord allowed, Duration wait) {
        return reserve(type, allowed, wait, 1);
    }

    private Uni<Outcome> reserve(Operation.Type type, AuditRecord allowed, Duration wait, int attempt) {
        var id = UUID.randomUUID();
        return transitions
                .insert(id, type, allowed, wait, leases.owner())
                .ifNoItem()
                .after(PATIENCE)
                .fail()
                .onFailure()
                .transform(failure -> new ReservationUnknown(id, failure))
                .flatMap(made -> made.isPresent()
                        ? Uni.createFrom().<Outcome>item(begun(made.get()))
                        : held(type, allowed, wait, attempt));
    }

    private Outcome begun(Operation operation) {
        runner.take(operation);
        return new Outcome.Made(operation);
    }

    private Uni<Outcome> held(Operation.Type type, AuditRecord allowed, Duration wait, int attempt) {
        var project = Objects.requireNonNull(allowed.projectId());
        return operations
                .holder(project, Objects.requireNonNull(allowed.volumeId()))
                .flatMap(holder -> {
                    if (holder.isPresent()) {
                        audit.note(allowed.withOperation(holder.get().id().toString()));
                        return Uni.createFrom().item(heldBy(holder.get(), type, allowed));
                    }
                    return attempt < TRIES
                            ? reserve(type, allowed, wait, attempt + 1)
                            : Uni.createFrom().failure(new DiskContended());
                });
    }

    private static Outcome heldBy(Operation holder, Operation.Type type, AuditRecord asked) {
        var caller = Objects.requireNonNull(asked.caller());
        var same = holder.type() == type
                && holder.serverId().equals(asked.serverId())
                && holder.callerIssuer().equals(caller.issuer())
                && holder.callerSubject().equals(caller.subject());
        return same ? new Outcome.Joined(holder) : new Outcome.Held(holder);
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
