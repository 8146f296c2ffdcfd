package dev.attachgateway.access;

/** Nobody we know: 401 with a {@code WWW-Authenticate} header. */
public final class NotAuthenticated extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String challenge;

    private NotAuthenticated(String message, String challenge) {
        super(message, null, false, false);
        this.challenge = challenge;
    }

    /** The request carries no credential. */
    static NotAuthenticated missing() {
        return new NotAuthenticated("A bearer token is needed, in Authorization or X-Auth-Token.", "Bearer");
    }

    /** The request carries a credential that is not accepted; which check failed stays in the debug log. */
    static NotAuthenticated invalid() {
        return new NotAuthenticated(
                "The token is malformed, expired, not meant for this gateway or not from an issuer it knows.",
                "Bearer error=\"invalid_token\"");
    }

    /** The request carries a ticket that does not open this; why is not said. */
    static NotAuthenticated ticket() {
        return new NotAuthenticated(
                "The ticket is unknown, used, expired, or was made for another stream or another page: fetch a new one.",
                "Bearer");
    }

    /** The value of {@code WWW-Authenticate} (RFC 6750, section 3). */
    public String challenge() {
        return challenge;
    }
}
