package dev.attachgateway.access.browser;

/** A request that may change something came with a session's cookie, and maybe from another site's page: 403. */
public final class CrossSiteRequestException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    CrossSiteRequestException() {
        super(
                "A logout, and what is changed with a session's cookie, needs the header "
                        + CsrfProtection.REQUIRED_HEADER
                        + ", from a page of the gateway's own origin or of a listed one.",
                null,
                false,
                false);
    }
}
