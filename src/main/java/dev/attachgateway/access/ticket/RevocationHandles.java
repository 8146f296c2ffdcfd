package dev.attachgateway.access.ticket;

import dev.attachgateway.access.accesskey.AccessKeys;
import dev.attachgateway.access.authentication.AuthorizationUnavailableException;
import dev.attachgateway.access.authentication.RevocationHandle;
import dev.attachgateway.access.session.SessionStore;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.util.Optional;

/** Restores the revocation handle of a ticket's caller from its stored name, possibly on another replica. */
@Singleton
final class RevocationHandles {
    private final SessionStore sessionStore;
    private final AccessKeys accessKeys;

    RevocationHandles(SessionStore sessionStore, AccessKeys accessKeys) {
        this.sessionStore = sessionStore;
        this.accessKeys = accessKeys;
    }

    /**
     * Empty when the credential was revoked; fails with {@link AuthorizationUnavailableException} when that cannot be
     * determined.
     */
    Uni<Optional<RevocationHandle>> find(String storedName) {
        return SessionStore.hashFromStoredName(storedName)
                .map(sessionStore::findRevocationHandle)
                .orElseGet(() -> Uni.createFrom().item(accessKeys.findRevocationHandle(storedName)));
    }
}
