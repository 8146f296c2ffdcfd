package dev.attachgateway.operation.reservation;

import java.util.UUID;

/** The database did not say whether the reservation was committed. If it was, the operation is carried on with. */
public class ReservationUnknownException extends RuntimeException {
    private final UUID operationId;

    ReservationUnknownException(UUID operationId, Throwable cause) {
        super("the reservation may or may not have been committed", cause);
        this.operationId = operationId;
    }

    /** Under which the operation is found if it was committed. */
    public UUID operationId() {
        return operationId;
    }
}
