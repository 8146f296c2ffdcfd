package dev.attachgateway.access.browser;

/** An unsafe request with a session cookie may have been made by another site's page: 403. */
public final class CrossSiteRequestException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    CrossSiteRequestException() {
        super(
                "Logout and other unsafe requests with a session cookie require the header "
                        + CsrfProtection.REQUIRED_HEADER
                        + " and an origin that is the gateway's own or listed in access.origins.",
                null,
                false,
                false);
    }
}
