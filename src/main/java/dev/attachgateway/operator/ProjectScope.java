package dev.attachgateway.operator;

import dev.attachgateway.disk.CloudIds;
import dev.attachgateway.operation.intervention.SendPause;
import dev.attachgateway.request.InvalidRequestException;
import org.jspecify.annotations.Nullable;

/** Parses the scope of an operator's request: a project or all projects. */
final class ProjectScope {
    private ProjectScope() {}

    /** A project's id in lower case, or {@link SendPause#ALL_PROJECTS}, which is also the default. */
    static String parse(@Nullable String projectId, InvalidRequestException.RequestValidation requestValidation) {
        if (projectId == null || projectId.equals(SendPause.ALL_PROJECTS)) {
            return SendPause.ALL_PROJECTS;
        }
        var project = CloudIds.normalize(projectId);
        requestValidation.projectId(project);
        return project;
    }
}
