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
import dev.attachgateway.problem.type.ProblemType;
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

/** Runs the checks of an attach or a detach, by the same rules, and changes nothing. */
@ApplicationScoped
public class Preflight {
    private final OperationQueries operationQueries;
    private final IdempotencyKeyStore idempotencyKeys;
    private final ServerQueue serverQueue;
    private final CloudStateReader cloudStateReader;
    private final PreconditionConfig preconditions;

    Preflight(
            OperationQueries operationQueries,
            IdempotencyKeyStore idempotencyKeys,
            ServerQueue serverQueue,
            CloudStateReader cloudStateReader,
            PreconditionConfig preconditions) {
        this.operationQueries = operationQueries;
        this.idempotencyKeys = idempotencyKeys;
        this.serverQueue = serverQueue;
        this.cloudStateReader = cloudStateReader;
        this.preconditions = preconditions;
    }

    /**
     * Checks what the request would meet. Nothing is written, and the cloud is only read.
     *
     * @param request its response time-out bounds the reads of the cloud
     * @return fails when the database is unavailable, never because of the cloud
     */
    public Uni<PreflightResult> check(ReservationService.ReservationRequest request) {
        var auditEntry = request.auditEntry();
        var project = Objects.requireNonNull(auditEntry.projectId());
        var server = Objects.requireNonNull(auditEntry.serverId());
        var disk = Objects.requireNonNull(auditEntry.volumeId());
        return Uni.combine()
                .all()
                .unis(
                        LookupResult.capture(findExisting(request)),
                        serverQueue.expectedPosition(project, server),
                        withTimeout(cloudStateReader.readSeparately(project, server, disk), request.responseTimeout()))
                .asTuple()
                .map(results -> toResult(request.type(), results.getItem1(), results.getItem2(), results.getItem3()));
    }

    private record LookupResult(Optional<ReservationOutcome> outcome, boolean keyReused) {
        static Uni<LookupResult> capture(Uni<Optional<ReservationOutcome>> lookup) {
            return lookup.map(outcome -> new LookupResult(outcome, false))
                    .onFailure(IdempotencyKeyReusedException.class)
                    .recoverWithItem(_ -> new LookupResult(Optional.empty(), true));
        }
    }

    private Uni<Optional<ReservationOutcome>> findExisting(ReservationService.ReservationRequest request) {
        var auditEntry = request.auditEntry();
        var replayed = request.idempotencyKey()
                .map(key -> idempotencyKeys.find(key, request.type(), auditEntry))
                .orElse(Uni.createFrom().item(Optional.empty()));
        return replayed.flatMap(operation -> operation.isPresent()
                ? Uni.createFrom().item(operation.map(ReservationOutcome.Replayed::new))
                : operationQueries
                        .findUnfinished(
                                Objects.requireNonNull(auditEntry.projectId()),
                                Objects.requireNonNull(auditEntry.volumeId()))
                        .map(found -> found.map(holder -> ReservationService.canJoin(holder, request)
                                ? new ReservationOutcome.Joined(holder)
                                : new ReservationOutcome.DiskReserved(holder))));
    }

    private static Uni<CloudStateReader.ReadResultPair> withTimeout(
            Uni<CloudStateReader.ReadResultPair> reads, Duration timeout) {
        return reads.ifNoItem().after(timeout).recoverWithItem(() -> {
            var timedOut = new TimeoutException();
            return new CloudStateReader.ReadResultPair(
                    new CloudStateReader.ReadResult<>(Optional.empty(), timedOut),
                    new CloudStateReader.ReadResult<>(Optional.empty(), timedOut));
        });
    }

    private PreflightResult toResult(
            Operation.Type type,
            LookupResult lookupResult,
            ServerQueue.QueuePosition queuePosition,
            CloudStateReader.ReadResultPair readResultPair) {
        var violations = preconditions
                .of(type)
                .violations(
                        readResultPair.server().value(), readResultPair.disk().value());
        var serverViolations = violations.stream()
                .filter(PreconditionViolation::concernsServer)
                .toList();
        var diskViolations = violations.stream()
                .filter(violation -> !violation.concernsServer())
                .toList();
        var serverResult =
                toCheckResult("The server", readResultPair.server(), serverViolations, server -> server.status());
        var diskResult = toCheckResult("The disk", readResultPair.disk(), diskViolations, disk -> disk.status());
        return new PreflightResult(
                lookupResult.keyReused(),
                lookupResult.outcome(),
                queuePosition.operationsAhead(),
                queuePosition.paused(),
                serverResult,
                // The check for an existing attachment needs both reads.
                diskResult.failure().isEmpty() && readResultPair.server().failure() != null
                        ? new CheckResult(
                                null, diskResult.message() + " The server could not be read.", serverResult.failure())
                        : diskResult);
    }

    private static <T> CheckResult toCheckResult(
            String subject,
            CloudStateReader.ReadResult<T> readResult,
            List<PreconditionViolation> violations,
            Function<T, String> status) {
        if (readResult.failure() instanceof CloudCallException.Refused refused) {
            var failure = OperationFailure.of(refused);
            return new CheckResult(false, failure.message(), Optional.of(failure));
        }
        if (readResult.failure() != null) {
            var reason = readResult.failure() instanceof TimeoutException
                    ? "the cloud did not respond in time."
                    : CloudRequestSender.describeFailure(readResult.failure());
            var failure =
                    OperationFailure.of(ProblemType.CLOUD_NOT_READABLE, subject + " could not be read: " + reason);
            return new CheckResult(null, failure.message(), Optional.of(failure));
        }
        return violations.isEmpty()
                ? new CheckResult(
                        true, subject + " is " + readResult.value().map(status).orElse("there") + ".", Optional.empty())
                : new CheckResult(
                        false,
                        violations.stream().map(PreconditionViolation::message).collect(Collectors.joining(" ")),
                        Optional.of(OperationFailure.of(violations)));
    }
}
