package dev.attachgateway.access.session;

/** A login names a return URL that is not allowed: 400. */
public final class InvalidReturnUrlException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    InvalidReturnUrlException() {
        super("return_to must be a path of the gateway or a URL of an origin in access.origins.", null, false, false);
    }
}
