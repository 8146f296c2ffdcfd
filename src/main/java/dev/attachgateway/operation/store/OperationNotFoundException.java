package dev.attachgateway.operation.store;

/** The operation does not exist, or it belongs to another server or project. */
public class OperationNotFoundException extends RuntimeException {
    public OperationNotFoundException() {
        super("no such operation");
    }
}
