package dev.attachgateway.attach;

import dev.attachgateway.operation.Failure;
import java.util.Optional;
import java.util.UUID;

/** The operation ended while its caller waited, and the disk is not attached by it. */
public class AttachFailed extends RuntimeException {
    private final UUID operationId;
    private final transient Failure failure;
    private final transient Optional<UUID> attachedBy;

    AttachFailed(UUID operationId, Failure failure, Optional<UUID> attachedBy) {
        super(failure.message());
        this.operationId = operationId;
        this.failure = failure;
        this.attachedBy = attachedBy;
    }

    public UUID operationId() {
        return operationId;
    }

    public Failure failure() {
        return failure;
    }

    /** The operation that put the disk where it is, when it was one of ours and the caller may see it. */
    public Optional<UUID> attachedBy() {
        return attachedBy;
    }
}
