package dev.attachgateway.access.session;

import dev.attachgateway.access.authentication.AuthorizationUnavailableException;
import dev.attachgateway.access.authentication.NotAuthenticatedException;
import io.quarkus.oidc.OIDCException;
import io.quarkus.security.AuthenticationCompletionException;
import io.quarkus.security.AuthenticationFailedException;
import io.vertx.core.VertxException;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.jboss.logging.Logger;
import org.jose4j.jwt.consumer.InvalidJwtException;
import org.jose4j.lang.JoseException;

/** Classifies login failures: a rejection by the issuer is 401, an issuer that does not respond 503. */
final class LoginFailureClassifier {
    private static final Logger LOG = Logger.getLogger(LoginFailureClassifier.class);

    /** Causes that mean that a response of the issuer, or a token, was validated and rejected. */
    private static final List<Class<?>> VALIDATION_FAILURES =
            List.of(OIDCException.class, InvalidJwtException.class, JoseException.class);

    private static final int MAX_CAUSE_DEPTH = 20;

    private LoginFailureClassifier() {}

    /** The failure of a login whose issuer was not reached. */
    static AuthorizationUnavailableException issuerUnavailable(Throwable failure) {
        return new AuthorizationUnavailableException("The issuer could not be reached.", failure);
    }

    /** The failure that the caller gets when the callback from the issuer fails. */
    static RuntimeException classify(Throwable failure) {
        if (failure instanceof NotAuthenticatedException unauthenticated) {
            return unauthenticated;
        }
        boolean isRejected = failure instanceof AuthenticationFailedException
                || failure instanceof AuthenticationCompletionException;
        Throwable cause = failure.getCause();
        if (isRejected
                && !isNetworkFailure(failure)
                && (cause == null || VALIDATION_FAILURES.stream().anyMatch(type -> type.isInstance(cause)))) {
            LOG.debugf("Login rejected reason=%s", failure);
            return NotAuthenticatedException.loginFailed();
        }
        LOG.warnf("A login could not be completed reason=%s cause=%s", failure, cause);
        return issuerUnavailable(failure);
    }

    private static boolean isNetworkFailure(Throwable failure) {
        return Stream.iterate(failure, cause -> cause != null, Throwable::getCause)
                .limit(MAX_CAUSE_DEPTH)
                .anyMatch(cause -> cause instanceof IOException
                        || cause instanceof TimeoutException
                        || cause instanceof VertxException);
    }
}
