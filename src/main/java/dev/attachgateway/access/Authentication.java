package dev.attachgateway.access;

import io.quarkus.arc.All;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import java.util.List;

/** Finds out who sent a request, by whichever scheme its credential is of. */
@Singleton
final class Authentication {
    private final List<Scheme> schemes;

    Authentication(@All List<Scheme> schemes) {
        this.schemes = schemes;
    }

    /** Fails with {@link NotAuthenticated}, {@link CredentialsDisagree}, {@link TooLarge} or {@link AccessUndecided}. */
    Uni<Authenticated> authenticate(RoutingContext exchange) {
        return Uni.createFrom().deferred(() -> {
            var used = schemes.stream()
                    .filter(scheme -> scheme.isUsedBy(exchange.request()))
                    .toList();
            var sent = used.stream().filter(scheme -> !scheme.isAmbient()).toList();
            if (sent.size() > 1) {
                throw new CredentialsDisagree();
            }
            return sent.stream()
                    .findFirst()
                    .or(() -> used.stream().findFirst())
                    .orElseThrow(NotAuthenticated::missing)
                    .authenticate(exchange);
        });
    }
}
