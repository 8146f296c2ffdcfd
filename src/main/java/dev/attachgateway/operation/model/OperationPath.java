package dev.attachgateway.operation.model;

import dev.attachgateway.disk.CloudIds;
import dev.attachgateway.request.InvalidRequestException;
import java.util.UUID;

/** Where an operation is found: the ids of its path, well-formed and in lower case. */
public record OperationPath(String projectId, String serverId, UUID operationId) {

    /**
     * Reads the ids of a path.
     *
     * @param requestValidation what has been found wrong with the request so far; it ends here
     * @throws InvalidRequestException when anything is wrong
     */
    public static OperationPath parse(
            String projectId,
            String serverId,
            String operationId,
            InvalidRequestException.RequestValidation requestValidation) {
        var project = CloudIds.normalize(projectId);
        var server = CloudIds.normalize(serverId);
        var operation = CloudIds.normalize(operationId);
        requestValidation
                .projectId(project)
                .uuid("id", server)
                .uuid("operation_id", operation)
                .throwIfInvalid();
        return new OperationPath(project, server, UUID.fromString(operation));
    }
}
