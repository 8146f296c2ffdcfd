package dev.attachgateway.access;

/** A request that may change something came with a session's cookie, and maybe from another site's page: 403. */
public final class CrossSiteRequest extends RuntimeException {
    private static final long serialVersionUID = 1L;

    CrossSiteRequest() {
        super(
                "A logout, and what is changed with a session's cookie, needs the header " + CrossSite.HEADER
                        + ", from a page of the gateway's own origin or of a listed one.",
                null,
                false,
                false);
    }
}
