package dev.attachgateway.access.authentication;

/** The request carries two credentials that are not the same: 400, because guessing which one is meant is worse. */
public final class ConflictingCredentialsException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public ConflictingCredentialsException() {
        super("The request carries credentials that differ; send one of them.", null, false, false);
    }
}
