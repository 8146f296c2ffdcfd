package dev.attachgateway.operation.store;

import dev.attachgateway.operation.model.Operation;

/** Another operation occupies the server's slot, so that this one may not be sent now. */
public class ServerBusyException extends RuntimeException {
    ServerBusyException(Operation operation) {
        super("another operation is under way on the server of operation " + operation.id());
    }
}
