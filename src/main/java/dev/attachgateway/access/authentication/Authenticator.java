package dev.attachgateway.access.authentication;

import dev.attachgateway.problem.type.ProblemType;
import io.quarkus.arc.All;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;

/** Authenticates requests with the mechanism that their credential belongs to. */
@ApplicationScoped
public class Authenticator {
    private static final String CALLER_KEY = AuthenticatedCaller.class.getName();

    private final List<AuthenticationMechanism> mechanisms;

    Authenticator(@All List<AuthenticationMechanism> mechanisms) {
        this.mechanisms = mechanisms;
    }

    /**
     * Verifies the credential of a request once and stores the caller in the exchange. The {@code Uni} fails with {@link
     * NotAuthenticatedException}, {@link ConflictingCredentialsException}, {@link ProblemType#BODY_TOO_LARGE} or {@link
     * AuthorizationUnavailableException}.
     */
    public Uni<Caller> authenticate(RoutingContext exchange) {
        AuthenticatedCaller authenticated = exchange.get(CALLER_KEY);
        if (authenticated != null) {
            return Uni.createFrom().item(authenticated.caller());
        }
        return Uni.createFrom()
                .deferred(() -> select(exchange).authenticate(exchange))
                .invoke(caller -> exchange.put(CALLER_KEY, caller))
                .map(AuthenticatedCaller::caller);
    }

    private AuthenticationMechanism select(RoutingContext exchange) {
        var used = mechanisms.stream()
                .filter(mechanism -> mechanism.isUsedBy(exchange.request()))
                .toList();
        var explicit = used.stream().filter(mechanism -> !mechanism.isAmbient()).toList();
        if (explicit.size() > 1) {
            throw new ConflictingCredentialsException();
        }
        return explicit.stream()
                .findFirst()
                .or(() -> used.stream().findFirst())
                .orElseThrow(NotAuthenticatedException::missingCredential);
    }

    /**
     * Returns the caller of an authenticated exchange.
     *
     * @throws NotAuthenticatedException when the exchange is not authenticated
     */
    public static Caller callerOf(RoutingContext exchange) {
        return authenticatedCaller(exchange).caller();
    }

    /**
     * Returns the caller of an authenticated exchange with the lifetime of its credential.
     *
     * @throws NotAuthenticatedException when the exchange is not authenticated
     */
    public static AuthenticatedCaller authenticatedCaller(RoutingContext exchange) {
        AuthenticatedCaller caller = exchange.get(CALLER_KEY);
        if (caller == null) {
            throw NotAuthenticatedException.missingCredential();
        }
        return caller;
    }
}
