package dev.attachgateway.operation;

import dev.attachgateway.disk.PreconditionViolation;
import dev.attachgateway.operation.Outlook.Seen;
import dev.attachgateway.operation.Reservations.Outcome;
import dev.attachgateway.upstream.UpstreamFailure;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Looks at all that an attach or a detach looks at, by the same rules, and leaves everything as it is. */
@ApplicationScoped
public class Preflight {
    private final Operations operations;
    private final Keys keys;
    private final Turns turns;
    private final Checks checks;
    private final RulesConfig rules;

    Preflight(Operations operations, Keys keys, Turns turns, Checks checks, RulesConfig rules) {
        this.operations = operations;
        this.keys = keys;
        this.turns = turns;
        this.checks = checks;
        this.rules = rules;
    }

    /**
     * What the request would come upon. Nothing is written, and the cloud is only asked what server and disk are like.
     *
     * @param request its patience is how long the looks at the cloud may take
     * @return fails when the database does not answer, never because of the cloud
     */
    public Uni<Outlook> of(Reservations.Request request) {
        var asked = request.allowed();
        var project = Objects.requireNonNull(asked.projectId());
        var server = Objects.requireNonNull(asked.serverId());
        var disk = Objects.requireNonNull(asked.volumeId());
        return Uni.combine()
                .all()
                .unis(
                        Standing.of(standing(request)),
                        turns.line(project, server),
                        inTime(checks.each(project, server, disk), request.patience()))
                .asTuple()
                .map(all -> outlook(request.type(), all.getItem1(), all.getItem2(), all.getItem3()));
    }

    private record Standing(Optional<Outcome> outcome, Optional<KeyReused> keyReused) {
        static Uni<Standing> of(Uni<Optional<Outcome>> look) {
            return look.map(outcome -> new Standing(outcome, Optional.empty()))
                    .onFailure(KeyReused.class)
                    .recoverWithItem(reused -> new Standing(Optional.empty(), Optional.of((KeyReused) reused)));
        }
    }

    private Uni<Optional<Outcome>> standing(Reservations.Request request) {
        var asked = request.allowed();
        var replayed = request.key()
                .map(key -> keys.find(key, request.type(), asked))
                .orElse(Uni.createFrom().item(Optional.empty()));
        return replayed.flatMap(found -> found.isPresent()
                ? Uni.createFrom().item(found.map(Outcome.Replayed::new))
                : operations
                        .holder(Objects.requireNonNull(asked.projectId()), Objects.requireNonNull(asked.volumeId()))
                        .map(holder -> holder.map(by ->
                                Reservations.joins(by, request) ? new Outcome.Joined(by) : new Outcome.Held(by))));
    }

    private static Uni<Checks.Looks> inTime(Uni<Checks.Looks> looks, Duration patience) {
        return looks.ifNoItem().after(patience).recoverWithItem(() -> {
            var late = new TimeoutException();
            return new Checks.Looks(
                    new Checks.Look<>(Optional.empty(), late), new Checks.Look<>(Optional.empty(), late));
        });
    }

    private Outlook outlook(Operation.Type type, Standing standing, Turns.Place line, Checks.Looks looks) {
        var objections =
                rules.of(type).violations(looks.server().seen(), looks.disk().seen());
        var ofServer =
                objections.stream().filter(it -> it.kind().concernsServer()).toList();
        var ofDisk =
                objections.stream().filter(it -> !it.kind().concernsServer()).toList();
        var server = seen("The server", looks.server(), ofServer, it -> it.status());
        var disk = seen("The disk", looks.disk(), ofDisk, it -> it.status());
        return new Outlook(
                standing.keyReused(),
                standing.outcome(),
                line.ahead(),
                line.paused(),
                server,
                // Whether it is on the server already takes both.
                disk.failure().isEmpty() && looks.server().failure() != null
                        ? new Seen(null, disk.found() + " The server could not be looked at.", server.failure())
                        : disk);
    }

    private static <T> Seen seen(
            String what, Checks.Look<T> look, List<PreconditionViolation> objections, Function<T, String> status) {
        if (look.failure() instanceof UpstreamFailure.Refused refused) {
            var failure = Failure.of(refused);
            return new Seen(false, failure.message(), Optional.of(failure));
        }
        if (look.failure() != null) {
            var sentence = look.failure() instanceof TimeoutException
                    ? "the cloud did not answer in time."
                    : Sender.sentence(look.failure());
            var failure = Failure.of(
                    Failure.Kind.NOT_CHECKED,
                    "Gateway.CloudNotReadable",
                    what + " could not be looked at: " + sentence);
            return new Seen(null, failure.message(), Optional.of(failure));
        }
        return objections.isEmpty()
                ? new Seen(true, what + " is " + look.seen().map(status).orElse("there") + ".", Optional.empty())
                : new Seen(
                        false,
                        objections.stream().map(PreconditionViolation::message).collect(Collectors.joining(" ")),
                        Optional.of(Failure.of(objections)));
    }
}
