package dev.attachgateway.operation.store;

/** The server has no such operation, or it belongs to another server or project. */
public class OperationNotFoundException extends RuntimeException {
    public OperationNotFoundException() {
        super("no such operation");
    }
}
