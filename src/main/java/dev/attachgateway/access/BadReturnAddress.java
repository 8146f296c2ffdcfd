package dev.attachgateway.access;

/** A login is asked to lead on to a page that nobody should be sent to: 400. */
public final class BadReturnAddress extends RuntimeException {
    private static final long serialVersionUID = 1L;

    BadReturnAddress() {
        super(
                "return_to has to be a path of the gateway, or an address of an origin in access.origins.",
                null,
                false,
                false);
    }
}
