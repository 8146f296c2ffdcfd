package dev.attachgateway.operation.reservation;

/** The first request with this key is being recorded; there is no operation yet that this one could join. */
public class IdempotencyKeyInProgressException extends RuntimeException {
    IdempotencyKeyInProgressException() {
        super("the first request with this key is being recorded");
    }
}
