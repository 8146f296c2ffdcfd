package dev.attachgateway.access;

import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.util.Optional;

/** Finds again what a ticket's caller rested on when it was fetched, maybe at another replica. */
@Singleton
final class Revocables {
    private final Sessions sessions;
    private final AccessKeys keys;

    Revocables(Sessions sessions, AccessKeys keys) {
        this.sessions = sessions;
        this.keys = keys;
    }

    /** Empty when it was taken back; fails with {@link AccessUndecided} when that cannot be found out. */
    Uni<Optional<Revocable>> find(String name) {
        return Sessions.named(name)
                .map(sessions::standing)
                .orElseGet(() -> Uni.createFrom().item(keys.named(name)));
    }
}
