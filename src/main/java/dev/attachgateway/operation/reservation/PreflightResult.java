package dev.attachgateway.operation.reservation;

import dev.attachgateway.operation.model.OperationFailure;
import dev.attachgateway.operation.reservation.ReservationService.ReservationOutcome;
import dev.attachgateway.operation.store.IdempotencyKeyReusedException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a request would come upon if it were sent now.
 *
 * @param keyReused that its idempotency key was used for another request, if it was
 * @param existingOperation the operation that it would be answered with, or that has the disk
 * @param operationsAhead how many operations are under way or wait on the server
 * @param paused whether an operator has paused all sends of the project
 */
public record PreflightResult(
        Optional<IdempotencyKeyReusedException> keyReused,
        Optional<ReservationOutcome> existingOperation,
        int operationsAhead,
        boolean paused,
        CheckResult server,
        CheckResult disk) {

    /**
     * A server or a disk as it was seen.
     *
     * @param passed null when that could not be found out
     * @param message one sentence
     * @param failure what the request would be refused with, or why nothing could be found out; empty when all is good
     */
    public record CheckResult(@Nullable Boolean passed, String message, Optional<OperationFailure> failure) {}
}
