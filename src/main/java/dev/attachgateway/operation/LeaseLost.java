package dev.attachgateway.operation;

/** Somebody else carries on with the operation, or it has changed behind this one's back. */
class LeaseLost extends RuntimeException {
    LeaseLost(Operation operation) {
        super(
                "the lease of operation " + operation.id() + " is lost at version " + operation.version(),
                null,
                false,
                false);
    }
}
