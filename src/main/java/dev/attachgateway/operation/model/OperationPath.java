package dev.attachgateway.operation.model;

import dev.attachgateway.disk.CloudIds;
import dev.attachgateway.request.InvalidRequestException;
import java.util.UUID;

/** The ids in the path of an operation's resource, well-formed and in lower case. */
public record OperationPath(String projectId, String serverId, UUID operationId) {

    /**
     * Parses the ids of a path.
     *
     * @param requestValidation the violations found so far; the validation is completed here
     * @throws InvalidRequestException if there is any violation
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
