package dev.attachgateway.attach;

import dev.attachgateway.operation.model.OperationFailure;
import java.util.Optional;
import java.util.UUID;

/** The operation failed while its caller waited. */
public class OperationFailedException extends RuntimeException {
    private final UUID operationId;
    private final transient OperationFailure failure;
    private final transient Optional<UUID> attachedBy;

    OperationFailedException(UUID operationId, OperationFailure failure, Optional<UUID> attachedBy) {
        super(failure.message());
        this.operationId = operationId;
        this.failure = failure;
        this.attachedBy = attachedBy;
    }

    public UUID operationId() {
        return operationId;
    }

    public OperationFailure failure() {
        return failure;
    }

    /** The earlier operation of the gateway that attached the disk, when there is one and the caller may read it. */
    public Optional<UUID> attachedBy() {
        return attachedBy;
    }
}
