package dev.attachgateway.operation;

/** The server has no such operation, or it belongs to another server or project. */
public class OperationNotFound extends RuntimeException {
    OperationNotFound() {
        super("no such operation");
    }
}
