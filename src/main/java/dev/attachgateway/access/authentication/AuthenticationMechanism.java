package dev.attachgateway.access.authentication;

import dev.attachgateway.problem.type.ProblemType;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;

/** One mechanism by which callers authenticate, for example bearer tokens or request signatures. */
public interface AuthenticationMechanism {
    /** Whether the request carries a credential of this kind, valid or not. */
    boolean isUsedBy(HttpServerRequest request);

    /**
     * Whether user agents send the credential by themselves, as browsers send cookies: an ambient credential is used only
     * when the request carries no other.
     */
    default boolean isAmbient() {
        return false;
    }

    /**
     * Verifies the credential of a request that uses this mechanism. Fails only with {@link NotAuthenticatedException},
     * {@link ConflictingCredentialsException}, {@link ProblemType#BODY_TOO_LARGE} or {@link
     * AuthorizationUnavailableException}.
     */
    Uni<AuthenticatedCaller> authenticate(RoutingContext exchange);
}
