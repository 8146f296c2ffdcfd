package dev.attachgateway.operation.store;

/** The idempotency key belongs to a request with other parameters. */
public class IdempotencyKeyReusedException extends RuntimeException {
    IdempotencyKeyReusedException() {
        super("the idempotency key was used for another request");
    }
}
