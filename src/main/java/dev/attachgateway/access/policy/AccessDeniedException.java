package dev.attachgateway.access.policy;

import org.jspecify.annotations.Nullable;

/** The caller is known and may not do this: 403, the same for what exists and what does not. */
public final class AccessDeniedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final @Nullable Action action;
    private final String projectId;

    /**
     * A refusal.
     *
     * @param action what was asked for, or null when the whole project is closed to the caller
     * @param projectId the project as the caller named it
     * @param reason a sentence that names nothing the caller did not name
     */
    public AccessDeniedException(@Nullable Action action, String projectId, String reason) {
        super(reason, null, false, false);
        this.action = action;
        this.projectId = projectId;
    }

    /** What was asked for, or null when the whole project is closed to the caller. */
    public @Nullable Action action() {
        return action;
    }

    /** The project as the caller named it. */
    public String projectId() {
        return projectId;
    }
}
