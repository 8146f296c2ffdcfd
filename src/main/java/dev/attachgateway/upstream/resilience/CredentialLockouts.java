package dev.attachgateway.upstream.resilience;

import dev.attachgateway.upstream.credential.CloudCredentials;
import dev.attachgateway.upstream.http.UpstreamConfig;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The {@link CredentialLockoutGuard} of each configured credential; a reload of the credentials resets all of them. */
@ApplicationScoped
public class CredentialLockouts {
    private final Vertx vertx;
    private final CloudCredentials credentials;
    private final Duration cooldown;
    private volatile VersionedGuards current;

    private record VersionedGuards(int credentialsVersion, Map<Object, CredentialLockoutGuard> byCredential) {}

    CredentialLockouts(Vertx vertx, CloudCredentials credentials, UpstreamConfig config) {
        this.vertx = vertx;
        this.credentials = credentials;
        this.cooldown = config.credentialCooldown();
        this.current = new VersionedGuards(credentials.version(), new ConcurrentHashMap<>());
    }

    /**
     * The guard of a credential.
     *
     * @param credential an access key, a user, or for tokens a user in a project; compared by value
     */
    public CredentialLockoutGuard forCredential(Object credential) {
        var guards = current;
        if (guards.credentialsVersion != credentials.version()) {
            guards = new VersionedGuards(credentials.version(), new ConcurrentHashMap<>());
            current = guards;
        }
        return guards.byCredential.computeIfAbsent(credential, _ -> new CredentialLockoutGuard(vertx, cooldown));
    }

    /** The number of credentials in their cooldown. */
    long countCoolingDown() {
        return current.byCredential.values().stream()
                .filter(CredentialLockoutGuard::isCoolingDown)
                .count();
    }
}
