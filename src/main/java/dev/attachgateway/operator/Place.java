package dev.attachgateway.operator;

import dev.attachgateway.disk.CloudIds;
import dev.attachgateway.operation.InvalidRequest;
import dev.attachgateway.operation.Pause;
import org.jspecify.annotations.Nullable;

/** Where an operator's word counts: in a project, or everywhere. */
final class Place {
    private Place() {}

    /** A project's id in lower case, or {@link Pause#EVERYWHERE}, also when none is named. */
    static String of(@Nullable String projectId, InvalidRequest.Look look) {
        if (projectId == null || projectId.equals(Pause.EVERYWHERE)) {
            return Pause.EVERYWHERE;
        }
        var project = CloudIds.normalize(projectId);
        look.project(project);
        return project;
    }
}
