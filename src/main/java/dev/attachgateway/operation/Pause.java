package dev.attachgateway.operation;

import java.time.Instant;

/**
 * A word of an operator that nothing is sent for now.
 *
 * @param projectId {@link #EVERYWHERE} for all projects
 * @param by who said so, such as {@code sandbox:operator}
 */
public record Pause(String projectId, String reason, String by, Instant at) {
    /** In place of a project's id: all of them. */
    public static final String EVERYWHERE = "*";
}
