package dev.attachgateway.access.authentication;

import dev.attachgateway.signature.Signer;
import org.jspecify.annotations.Nullable;

/** Nobody we know: 401 with a {@code WWW-Authenticate} header. */
public final class NotAuthenticatedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String challenge;

    private NotAuthenticatedException(String message, String challenge) {
        super(message, null, false, false);
        this.challenge = challenge;
    }

    /** The request carries no credential. */
    public static NotAuthenticatedException missingCredential() {
        return new NotAuthenticatedException(
                "A bearer token is needed, in Authorization or X-Auth-Token, or a request signed with an access key, or a session.",
                "Bearer");
    }

    /** The request carries a credential that is not accepted; which check failed stays in the debug log. */
    public static NotAuthenticatedException invalidToken() {
        return new NotAuthenticatedException(
                "The token is malformed, expired, not meant for this gateway or not from an issuer it knows.",
                "Bearer error=\"invalid_token\"");
    }

    /** The request carries a ticket that does not open this; why is not said. */
    public static NotAuthenticatedException invalidTicket() {
        return new NotAuthenticatedException(
                "The ticket is unknown, used, expired, or was made for another stream or another page: fetch a new one.",
                "Bearer");
    }

    /** The cookie is not, or no longer, a session's. */
    public static NotAuthenticatedException invalidSession() {
        return new NotAuthenticatedException("The session is over: log in at /session/login.", "Bearer");
    }

    /** The issuer did not say who logged in, or not to the browser that asked. */
    public static NotAuthenticatedException loginFailed() {
        return new NotAuthenticatedException(
                "The login was not completed: it was refused, took too long, or began elsewhere. Begin again at /session/login.",
                "Bearer");
    }

    /**
     * The request is signed, and the signature is not accepted.
     *
     * @param why a sentence fit for the caller
     */
    public static NotAuthenticatedException invalidSignature(@Nullable String why) {
        return new NotAuthenticatedException("The signature is not accepted. " + why, Signer.ALGORITHM);
    }

    /** The value of {@code WWW-Authenticate} (RFC 6750, section 3). */
    public String challenge() {
        return challenge;
    }
}
