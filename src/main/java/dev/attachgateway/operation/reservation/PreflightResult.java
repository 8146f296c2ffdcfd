package dev.attachgateway.operation.reservation;

import dev.attachgateway.operation.model.OperationFailure;
import dev.attachgateway.operation.reservation.ReservationService.ReservationOutcome;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a request would meet if it were sent now.
 *
 * @param keyReused whether its idempotency key was used for another request
 * @param existingOperation the operation that it would replay or join, or that has reserved the disk
 * @param operationsAhead how many operations are running or queued on the server
 * @param paused whether an operator has paused all sends of the project
 */
public record PreflightResult(
        boolean keyReused,
        Optional<ReservationOutcome> existingOperation,
        int operationsAhead,
        boolean paused,
        CheckResult server,
        CheckResult disk) {

    /**
     * The result of checking a server or a disk.
     *
     * @param passed null when the check could not be made
     * @param message one sentence
     * @param failure the failure of the request, or the reason why the check could not be made; empty when it passed
     */
    public record CheckResult(@Nullable Boolean passed, String message, Optional<OperationFailure> failure) {}
}
