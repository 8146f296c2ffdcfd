package dev.attachgateway.operation.intervention;

import java.time.Instant;

/**
 * An operator's pause of all sends of a project or of all projects.
 *
 * @param projectId {@link #ALL_PROJECTS} for all projects
 * @param pausedBy the operator, such as {@code sandbox:operator}
 */
public record SendPause(String projectId, String reason, String pausedBy, Instant pausedAt) {
    /** The project id that stands for all projects. */
    public static final String ALL_PROJECTS = "*";
}
