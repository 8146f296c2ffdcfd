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

/** Why a login came to nothing: an issuer that says no is the user's matter; one that does not answer is ours. */
final class LoginFailureClassifier {
    private static final Logger LOG = Logger.getLogger(LoginFailureClassifier.class);

    /** What says that an answer of the issuer, or a token, was looked at and found wanting. */
    private static final List<Class<?>> VALIDATION_FAILURES =
            List.of(OIDCException.class, InvalidJwtException.class, JoseException.class);

    private static final int MAX_CAUSE_DEPTH = 20;

    private LoginFailureClassifier() {}

    /** The issuer was not reached. */
    static AuthorizationUnavailableException issuerUnavailable(Throwable failure) {
        return new AuthorizationUnavailableException("The issuer could not be asked.", failure);
    }

    /** What the caller is told of a failure on the way back from the issuer. */
    static RuntimeException classify(Throwable failure) {
        if (failure instanceof NotAuthenticatedException no) {
            return no;
        }
        boolean isRefused = failure instanceof AuthenticationFailedException
                || failure instanceof AuthenticationCompletionException;
        Throwable cause = failure.getCause();
        if (isRefused
                && !isNetworkFailure(failure)
                && (cause == null || VALIDATION_FAILURES.stream().anyMatch(it -> it.isInstance(cause)))) {
            LOG.debugf("Login refused reason=%s", failure);
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
