package dev.attachgateway.operation;

/** Another operation is under way on the server, so this one may not be sent now. */
class TurnTaken extends RuntimeException {
    TurnTaken(Operation operation) {
        super("another operation is under way on the server of operation " + operation.id());
    }
}
