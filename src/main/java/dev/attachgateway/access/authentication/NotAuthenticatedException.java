package dev.attachgateway.access.authentication;

import dev.attachgateway.problem.type.ProblemBuilder;
import dev.attachgateway.problem.type.ProblemException;
import dev.attachgateway.problem.type.ProblemType;
import dev.attachgateway.signature.Signer;
import org.jspecify.annotations.Nullable;

/** The request is not authenticated: 401 with a {@code WWW-Authenticate} header. */
public final class NotAuthenticatedException extends ProblemException {
    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param challenge the value of {@code WWW-Authenticate} (RFC 6750, section 3)
     */
    private NotAuthenticatedException(String message, String challenge) {
        super(ProblemBuilder.of(ProblemType.NOT_AUTHENTICATED, message).withHeader("WWW-Authenticate", challenge));
    }

    /** The request carries no credential. */
    public static NotAuthenticatedException missingCredential() {
        return new NotAuthenticatedException(
                "A bearer token in Authorization or X-Auth-Token, a signature with an access key, or a session is required.",
                "Bearer");
    }

    /** The bearer token is rejected; the check that failed is written to the debug log only. */
    public static NotAuthenticatedException invalidToken() {
        return new NotAuthenticatedException(
                "The token is malformed, expired, not meant for this gateway or not from a trusted issuer.",
                "Bearer error=\"invalid_token\"");
    }

    /** The stream ticket is rejected; the caller does not learn which check failed. */
    public static NotAuthenticatedException invalidTicket() {
        return new NotAuthenticatedException(
                "The ticket is unknown, used, expired, or was issued for another stream or origin: request a new one.",
                "Bearer");
    }

    /** The cookie does not identify a valid session. */
    public static NotAuthenticatedException invalidSession() {
        return new NotAuthenticatedException(
                "The session does not exist or has ended: log in at /session/login.", "Bearer");
    }

    /** The issuer did not confirm the login, or confirmed it to another browser than the one that began it. */
    public static NotAuthenticatedException loginFailed() {
        return new NotAuthenticatedException(
                "The login failed: it was rejected, timed out, or was started in another browser. Start again at /session/login.",
                "Bearer");
    }

    /**
     * The request signature is rejected.
     *
     * @param reason a sentence for the caller
     */
    public static NotAuthenticatedException invalidSignature(@Nullable String reason) {
        return new NotAuthenticatedException("The signature is not accepted. " + reason, Signer.ALGORITHM);
    }
}
