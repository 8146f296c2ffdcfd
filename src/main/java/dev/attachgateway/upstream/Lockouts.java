package dev.attachgateway.upstream;

import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** One {@link Lockout} for each credential that the file of credentials holds; a changed file begins them all anew. */
@ApplicationScoped
class Lockouts {
    private final Vertx vertx;
    private final Credentials credentials;
    private final Duration pause;
    private volatile Of current;

    private record Of(int edition, Map<Object, Lockout> byCredential) {}

    Lockouts(Vertx vertx, Credentials credentials, UpstreamConfig config) {
        this.vertx = vertx;
        this.credentials = credentials;
        this.pause = config.credentialCooldown();
        this.current = new Of(credentials.edition(), new ConcurrentHashMap<>());
    }

    /**
     * The one of a credential.
     *
     * @param credential an access key, a user, or a user in a project for its tokens; by its value
     */
    Lockout of(Object credential) {
        var known = current;
        if (known.edition != credentials.edition()) {
            known = new Of(credentials.edition(), new ConcurrentHashMap<>());
            current = known;
        }
        return known.byCredential.computeIfAbsent(credential, any -> new Lockout(vertx, pause));
    }

    /** How many credentials are not used for now. */
    long paused() {
        return current.byCredential.values().stream().filter(Lockout::isPaused).count();
    }
}
