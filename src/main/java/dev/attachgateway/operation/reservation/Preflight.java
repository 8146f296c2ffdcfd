package dev.attachgateway.operation.reservation;

import dev.attachgateway.disk.PreconditionViolation;
import dev.attachgateway.operation.execution.CloudRequestSender;
import dev.attachgateway.operation.model.Operation;
import dev.attachgateway.operation.model.OperationFailure;
import dev.attachgateway.operation.precondition.CloudStateReader;
import dev.attachgateway.operation.precondition.PreconditionConfig;
import dev.attachgateway.operation.precondition.ServerQueue;
import dev.attachgateway.operation.reservation.PreflightResult.CheckResult;
import dev.attachgateway.operation.reservation.ReservationService.ReservationOutcome;
import dev.attachgateway.operation.store.IdempotencyKeyReusedException;
import dev.attachgateway.operation.store.IdempotencyKeyStore;
import dev.attachgateway.operation.store.OperationQueries;
import dev.attachgateway.upstream.http.CloudCallException;
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
    private final OperationQueries operationQueries;
    private final IdempotencyKeyStore idempotencyKeys;
    private final ServerQueue serverQueue;
    private final CloudStateReader cloudStateReader;
    private final PreconditionConfig preconditions;

    Preflight(
            OperationQueries operationQueries,
            IdempotencyKeyStore idempotencyKeyStore,
            ServerQueue serverQueue,
            CloudStateReader cloudStateReader,
            PreconditionConfig rules) {
        this.operationQueries = operationQueries;
        this.idempotencyKeys = idempotencyKeyStore;
        this.serverQueue = serverQueue;
        this.cloudStateReader = cloudStateReader;
        this.preconditions = rules;
    }

    /**
     * What the request would come upon. Nothing is written, and the cloud is only asked what server and disk are like.
     *
     * @param request its patience is how long the looks at the cloud may take
     * @return fails when the database does not answer, never because of the cloud
     */
    public Uni<PreflightResult> check(ReservationService.ReservationRequest request) {
        var asked = request.auditEntry();
        var project = Objects.requireNonNull(asked.projectId());
        var server = Objects.requireNonNull(asked.serverId());
        var disk = Objects.requireNonNull(asked.volumeId());
        return Uni.combine()
                .all()
                .unis(
                        LookupResult.capture(findExisting(request)),
                        serverQueue.expectedPosition(project, server),
                        withTimeout(cloudStateReader.readSeparately(project, server, disk), request.responseTimeout()))
                .asTuple()
                .map(all -> toResult(request.type(), all.getItem1(), all.getItem2(), all.getItem3()));
    }

    private record LookupResult(
            Optional<ReservationOutcome> outcome, Optional<IdempotencyKeyReusedException> keyReused) {
        static Uni<LookupResult> capture(Uni<Optional<ReservationOutcome>> look) {
            return look.map(outcome -> new LookupResult(outcome, Optional.empty()))
                    .onFailure(IdempotencyKeyReusedException.class)
                    .recoverWithItem(reused ->
                            new LookupResult(Optional.empty(), Optional.of((IdempotencyKeyReusedException) reused)));
        }
    }

    private Uni<Optional<ReservationOutcome>> findExisting(ReservationService.ReservationRequest request) {
        var asked = request.auditEntry();
        var replayed = request.idempotencyKey()
                .map(key -> idempotencyKeys.find(key, request.type(), asked))
                .orElse(Uni.createFrom().item(Optional.empty()));
        return replayed.flatMap(found -> found.isPresent()
                ? Uni.createFrom().item(found.map(ReservationOutcome.Replayed::new))
                : operationQueries
                        .findUnfinished(
                                Objects.requireNonNull(asked.projectId()), Objects.requireNonNull(asked.volumeId()))
                        .map(holder -> holder.map(by -> ReservationService.canJoin(by, request)
                                ? new ReservationOutcome.Joined(by)
                                : new ReservationOutcome.DiskReserved(by))));
    }

    private static Uni<CloudStateReader.ReadResultPair> withTimeout(
            Uni<CloudStateReader.ReadResultPair> looks, Duration patience) {
        return looks.ifNoItem().after(patience).recoverWithItem(() -> {
            var late = new TimeoutException();
            return new CloudStateReader.ReadResultPair(
                    new CloudStateReader.ReadResult<>(Optional.empty(), late),
                    new CloudStateReader.ReadResult<>(Optional.empty(), late));
        });
    }

    private PreflightResult toResult(
            Operation.Type type,
            LookupResult lookupResult,
            ServerQueue.QueuePosition line,
            CloudStateReader.ReadResultPair readResultPair) {
        var objections = preconditions
                .of(type)
                .violations(
                        readResultPair.server().value(), readResultPair.disk().value());
        var ofServer =
                objections.stream().filter(it -> it.kind().concernsServer()).toList();
        var ofDisk =
                objections.stream().filter(it -> !it.kind().concernsServer()).toList();
        var server = toCheckResult("The server", readResultPair.server(), ofServer, it -> it.status());
        var disk = toCheckResult("The disk", readResultPair.disk(), ofDisk, it -> it.status());
        return new PreflightResult(
                lookupResult.keyReused(),
                lookupResult.outcome(),
                line.operationsAhead(),
                line.paused(),
                server,
                // Whether it is on the server already takes both.
                disk.failure().isEmpty() && readResultPair.server().failure() != null
                        ? new CheckResult(
                                null, disk.message() + " The server could not be looked at.", server.failure())
                        : disk);
    }

    private static <T> CheckResult toCheckResult(
            String what,
            CloudStateReader.ReadResult<T> readResult,
            List<PreconditionViolation> objections,
            Function<T, String> status) {
        if (readResult.failure() instanceof CloudCallException.Refused refused) {
            var failure = OperationFailure.of(refused);
            return new CheckResult(false, failure.message(), Optional.of(failure));
        }
        if (readResult.failure() != null) {
            var sentence = readResult.failure() instanceof TimeoutException
                    ? "the cloud did not answer in time."
                    : CloudRequestSender.describeFailure(readResult.failure());
            var failure = OperationFailure.of(
                    OperationFailure.Kind.NOT_CHECKED,
                    "Gateway.CloudNotReadable",
                    what + " could not be looked at: " + sentence);
            return new CheckResult(null, failure.message(), Optional.of(failure));
        }
        return objections.isEmpty()
                ? new CheckResult(
                        true, what + " is " + readResult.value().map(status).orElse("there") + ".", Optional.empty())
                : new CheckResult(
                        false,
                        objections.stream().map(PreconditionViolation::message).collect(Collectors.joining(" ")),
                        Optional.of(OperationFailure.of(objections)));
    }
}
