package dev.attachgateway.access.session;

/** A login is asked to lead on to a page that nobody should be sent to: 400. */
public final class InvalidReturnUrlException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    InvalidReturnUrlException() {
        super(
                "return_to has to be a path of the gateway, or an address of an origin in access.origins.",
                null,
                false,
                false);
    }
}
