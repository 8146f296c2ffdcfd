package dev.attachgateway.operation.store;

import dev.attachgateway.operation.model.Operation;

/** Somebody else carries on with the operation, or it has changed behind this one's back. */
public class LeaseLostException extends RuntimeException {
    public LeaseLostException(Operation operation) {
        super(
                "the lease of operation " + operation.id() + " is lost at version " + operation.version(),
                null,
                false,
                false);
    }
}
