package dev.attachgateway.access.ticket;

import dev.attachgateway.access.accesskey.AccessKeys;
import dev.attachgateway.access.authentication.AuthorizationUnavailableException;
import dev.attachgateway.access.authentication.RevocationHandle;
import dev.attachgateway.access.session.SessionStore;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.util.Optional;

/** Finds again what a ticket's caller rested on when it was fetched, maybe at another replica. */
@Singleton
final class RevocationHandles {
    private final SessionStore sessionStore;
    private final AccessKeys accessKeys;

    RevocationHandles(SessionStore sessionStore, AccessKeys keys) {
        this.sessionStore = sessionStore;
        this.accessKeys = keys;
    }

    /** Empty when it was taken back; fails with {@link AuthorizationUnavailableException} when that cannot be found out. */
    Uni<Optional<RevocationHandle>> find(String name) {
        return SessionStore.hashFromStoredName(name)
                .map(sessionStore::findRevocationHandle)
                .orElseGet(() -> Uni.createFrom().item(accessKeys.findRevocationHandle(name)));
    }
}
