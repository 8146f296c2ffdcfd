package dev.attachgateway.operation.reservation;

import java.util.UUID;

/** The outcome of the reservation's commit is unknown. If it was committed, the operation continues. */
public class ReservationUnknownException extends RuntimeException {
    private final UUID operationId;

    ReservationUnknownException(UUID operationId, Throwable cause) {
        super("the reservation may or may not have been committed", cause);
        this.operationId = operationId;
    }

    /** The id of the operation if it was committed. */
    public UUID operationId() {
        return operationId;
    }
}
