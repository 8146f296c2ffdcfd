package dev.attachgateway.operation;

import dev.attachgateway.disk.CloudIds;
import java.util.UUID;

/** Where an operation is found: the ids of its path, well-formed and in lower case. */
public record Address(String projectId, String serverId, UUID operationId) {

    /**
     * Reads the ids of a path.
     *
     * @param look what has been found wrong with the request so far; it ends here
     * @throws InvalidRequest when anything is wrong
     */
    public static Address of(String projectId, String serverId, String operationId, InvalidRequest.Look look) {
        var project = CloudIds.normalize(projectId);
        var server = CloudIds.normalize(serverId);
        var operation = CloudIds.normalize(operationId);
        look.project(project).uuid("id", server).uuid("operation_id", operation).end();
        return new Address(project, server, UUID.fromString(operation));
    }
}
