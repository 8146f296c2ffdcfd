package dev.attachgateway.access.authentication;

import dev.attachgateway.problem.type.ProblemException;
import dev.attachgateway.problem.type.ProblemType;

/** The request carries two different credentials: 400, because the gateway must not guess which one is meant. */
public final class ConflictingCredentialsException extends ProblemException {
    private static final long serialVersionUID = 1L;

    public ConflictingCredentialsException() {
        super(ProblemType.CREDENTIALS_DISAGREE, "The request carries credentials that differ; send one of them.");
    }
}
