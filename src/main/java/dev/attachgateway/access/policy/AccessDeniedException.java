package dev.attachgateway.access.policy;

import org.jspecify.annotations.Nullable;

/** The authenticated caller lacks a grant: 403, regardless of whether the resource exists. */
public final class AccessDeniedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final @Nullable Action action;
    private final String projectId;

    /**
     * Creates the exception.
     *
     * @param action the requested action, or null when the caller has no grant in the project
     * @param projectId the project as sent by the caller
     * @param reason a sentence that reveals nothing beyond the request
     */
    public AccessDeniedException(@Nullable Action action, String projectId, String reason) {
        super(reason, null, false, false);
        this.action = action;
        this.projectId = projectId;
    }

    /** The requested action, or null when the caller has no grant in the project. */
    public @Nullable Action action() {
        return action;
    }

    /** The project as sent by the caller. */
    public String projectId() {
        return projectId;
    }
}
