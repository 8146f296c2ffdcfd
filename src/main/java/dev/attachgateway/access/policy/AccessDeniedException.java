package dev.attachgateway.access.policy;

import dev.attachgateway.problem.type.ProblemException;
import dev.attachgateway.problem.type.ProblemType;

/** The authenticated caller lacks a grant: 403, regardless of whether the resource exists. */
public final class AccessDeniedException extends ProblemException {
    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param reason a sentence that reveals nothing beyond the request
     */
    public AccessDeniedException(String reason) {
        super(ProblemType.NOT_GRANTED, reason);
    }
}
