package dev.attachgateway.access.authentication;

/** The request carries two different credentials: 400, because the gateway must not guess which one is meant. */
public final class ConflictingCredentialsException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public ConflictingCredentialsException() {
        super("The request carries credentials that differ; send one of them.", null, false, false);
    }
}
