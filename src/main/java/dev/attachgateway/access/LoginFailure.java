package dev.attachgateway.access;

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
final class LoginFailure {
    private static final Logger LOG = Logger.getLogger(LoginFailure.class);

    /** What says that an answer of the issuer, or a token, was looked at and found wanting. */
    private static final List<Class<?>> LOOKED_AT =
            List.of(OIDCException.class, InvalidJwtException.class, JoseException.class);

    private static final int DEEPEST = 20;

    private LoginFailure() {}

    /** The issuer was not reached. */
    static AccessUndecided undecided(Throwable failure) {
        return new AccessUndecided("The issuer could not be asked.", failure);
    }

    /** What the caller is told of a failure on the way back from the issuer. */
    static RuntimeException sorted(Throwable failure) {
        if (failure instanceof NotAuthenticated no) {
            return no;
        }
        boolean isRefused = failure instanceof AuthenticationFailedException
                || failure instanceof AuthenticationCompletionException;
        Throwable cause = failure.getCause();
        if (isRefused
                && !isUnanswered(failure)
                && (cause == null || LOOKED_AT.stream().anyMatch(it -> it.isInstance(cause)))) {
            LOG.debugf("Login refused reason=%s", failure);
            return NotAuthenticated.login();
        }
        LOG.warnf("A login could not be completed reason=%s cause=%s", failure, cause);
        return undecided(failure);
    }

    private static boolean isUnanswered(Throwable failure) {
        return Stream.iterate(failure, cause -> cause != null, Throwable::getCause)
                .limit(DEEPEST)
                .anyMatch(cause -> cause instanceof IOException
                        || cause instanceof TimeoutException
                        || cause instanceof VertxException);
    }
}
