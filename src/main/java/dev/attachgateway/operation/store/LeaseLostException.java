package dev.attachgateway.operation.store;

import dev.attachgateway.operation.model.Operation;

/** The lease belongs to another owner by now, or the row has a newer version. */
public class LeaseLostException extends RuntimeException {
    public LeaseLostException(Operation operation) {
        super(
                "the lease of operation " + operation.id() + " is lost at version " + operation.version(),
                null,
                false,
                false);
    }
}
