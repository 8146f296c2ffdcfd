package dev.attachgateway.attach;

import dev.attachgateway.operation.model.OperationFailure;
import java.util.Optional;
import java.util.UUID;

/** The operation ended while its caller waited, and the disk is not attached by it. */
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

    /** The operation that put the disk where it is, when it was one of ours and the caller may see it. */
    public Optional<UUID> attachedBy() {
        return attachedBy;
    }
}
