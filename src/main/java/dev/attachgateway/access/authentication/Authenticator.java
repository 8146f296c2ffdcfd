package dev.attachgateway.access.authentication;

import dev.attachgateway.request.RequestTooLargeException;
import io.quarkus.arc.All;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import java.util.List;

/** Establishes the caller of a request by the mechanism that its credential belongs to. */
@Singleton
public final class Authenticator {
    private static final String CALLER_KEY = AuthenticatedCaller.class.getName();

    private final List<AuthenticationMechanism> mechanisms;

    Authenticator(@All List<AuthenticationMechanism> mechanisms) {
        this.mechanisms = mechanisms;
    }

    /**
     * Verifies the credential of a request once and keeps the caller with the exchange. The {@code Uni} fails with {@link
     * NotAuthenticatedException}, {@link ConflictingCredentialsException}, {@link RequestTooLargeException} or {@link
     * AuthorizationUnavailableException}.
     */
    public Uni<Caller> authenticate(RoutingContext exchange) {
        AuthenticatedCaller known = exchange.get(CALLER_KEY);
        if (known != null) {
            return Uni.createFrom().item(known.caller());
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
        var sent = used.stream().filter(mechanism -> !mechanism.isAmbient()).toList();
        if (sent.size() > 1) {
            throw new ConflictingCredentialsException();
        }
        return sent.stream()
                .findFirst()
                .or(() -> used.stream().findFirst())
                .orElseThrow(NotAuthenticatedException::missingCredential);
    }

    /**
     * The caller of an exchange that was authenticated before.
     *
     * @throws NotAuthenticatedException when it was not
     */
    public static Caller callerOf(RoutingContext exchange) {
        return authenticatedCaller(exchange).caller();
    }

    /**
     * The caller of an exchange that was authenticated before, with the lifetime of its credential.
     *
     * @throws NotAuthenticatedException when it was not
     */
    public static AuthenticatedCaller authenticatedCaller(RoutingContext exchange) {
        AuthenticatedCaller caller = exchange.get(CALLER_KEY);
        if (caller == null) {
            throw NotAuthenticatedException.missingCredential();
        }
        return caller;
    }
}
