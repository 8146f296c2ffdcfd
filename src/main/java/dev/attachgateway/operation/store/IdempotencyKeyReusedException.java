package dev.attachgateway.operation.store;

/** The key stands for a request that asked for something else. */
public class IdempotencyKeyReusedException extends RuntimeException {
    IdempotencyKeyReusedException() {
        super("the key was used for another request");
    }
}
