package dev.attachgateway.stream;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One committed change of an operation, at its place in the project's order.
 *
 * @param projectId the project whose counter gave the position
 * @param position gapless within the project, in commit order, from 1
 * @param operationId the operation that changed
 * @param terminal whether nothing follows for this operation
 * @param data the operation's JSON as of this event
 */
public record Event(String projectId, long position, UUID operationId, boolean terminal, String data) {

    /**
     * A change that is about to be committed.
     *
     * @param caller who asked for the operation, as filters name it
     * @param statusBefore the operation's status before the change; null for its first event
     * @param status one of {@code pending running success failed}
     * @param data the operation's JSON as of this event
     */
    public record Draft(
            String projectId,
            UUID operationId,
            UUID serverId,
            UUID volumeId,
            String caller,
            @Nullable String statusBefore,
            String status,
            String data) {}
}
