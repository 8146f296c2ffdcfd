package dev.attachgateway.attach;

import dev.attachgateway.access.RequestContext;
import dev.attachgateway.access.policy.Resource;
import dev.attachgateway.operation.model.Operation;
import java.time.Duration;
import java.util.Optional;

/**
 * A valid request to attach or detach a disk, or to check whether that would be accepted.
 *
 * @param idempotencyKey read only after the caller's grant was checked
 * @param waitTime how long the caller waits for the cloud's response; zero for an immediate response
 * @param respondAsync whether the caller prefers an asynchronous response
 */
record AttachmentCommand(
        RequestContext context,
        Operation.Type type,
        String projectId,
        String serverId,
        String volumeId,
        Optional<String> idempotencyKey,
        Duration waitTime,
        boolean respondAsync) {

    Resource resource() {
        return new Resource(projectId, serverId, volumeId);
    }

    /** How long a failure to read server and disk fails the operation at once; with respond-async it is retried instead. */
    Duration responseTimeout() {
        return respondAsync ? Duration.ZERO : waitTime;
    }
}
