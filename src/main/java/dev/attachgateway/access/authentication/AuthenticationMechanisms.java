package dev.attachgateway.access.authentication;

import dev.attachgateway.request.RequestTooLargeException;
import io.quarkus.arc.All;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import java.util.List;

/** Finds out who sent a request, by whichever scheme its credential is of. */
@Singleton
public final class AuthenticationMechanisms {
    private final List<AuthenticationMechanism> mechanisms;

    AuthenticationMechanisms(@All List<AuthenticationMechanism> schemes) {
        this.mechanisms = schemes;
    }

    /** Fails with {@link NotAuthenticatedException}, {@link ConflictingCredentialsException}, {@link RequestTooLargeException} or {@link AuthorizationUnavailableException}. */
    public Uni<AuthenticatedCaller> authenticate(RoutingContext exchange) {
        return Uni.createFrom().deferred(() -> {
            var used = mechanisms.stream()
                    .filter(authenticationMechanism -> authenticationMechanism.isUsedBy(exchange.request()))
                    .toList();
            var sent = used.stream()
                    .filter(authenticationMechanism -> !authenticationMechanism.isAmbient())
                    .toList();
            if (sent.size() > 1) {
                throw new ConflictingCredentialsException();
            }
            return sent.stream()
                    .findFirst()
                    .or(() -> used.stream().findFirst())
                    .orElseThrow(NotAuthenticatedException::missingCredential)
                    .authenticate(exchange);
        });
    }
}
