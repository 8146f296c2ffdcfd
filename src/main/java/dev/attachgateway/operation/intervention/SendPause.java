package dev.attachgateway.operation.intervention;

import java.time.Instant;

/**
 * A word of an operator that nothing is sent for now.
 *
 * @param projectId {@link #ALL_PROJECTS} for all projects
 * @param pausedBy who said so, such as {@code sandbox:operator}
 */
public record SendPause(String projectId, String reason, String pausedBy, Instant pausedAt) {
    /** In place of a project's id: all of them. */
    public static final String ALL_PROJECTS = "*";
}
