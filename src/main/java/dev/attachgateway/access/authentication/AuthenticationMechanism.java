package dev.attachgateway.access.authentication;

import dev.attachgateway.request.RequestTooLargeException;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;

/** One of the ways in which callers show who they are. */
public interface AuthenticationMechanism {
    /** Whether the request carries a credential of this kind, good or bad. */
    boolean isUsedBy(HttpServerRequest request);

    /**
     * Whether the credential comes along by itself, as a browser's cookies do: then it counts only where no other one was
     * sent.
     */
    default boolean isAmbient() {
        return false;
    }

    /**
     * Who sent a request that uses this scheme. Fails with {@link NotAuthenticatedException}, {@link ConflictingCredentialsException}, {@link
     * RequestTooLargeException} or {@link AuthorizationUnavailableException}, nothing else.
     */
    Uni<AuthenticatedCaller> authenticate(RoutingContext exchange);
}
