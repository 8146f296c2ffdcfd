package dev.attachgateway.upstream.resilience;

import dev.attachgateway.upstream.credential.CloudCredentials;
import dev.attachgateway.upstream.http.UpstreamConfig;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.IntSupplier;

/** The {@link CredentialLockoutGuard} of each configured credential; a reload of the credentials resets all of them. */
@ApplicationScoped
public class CredentialLockouts {
    private final Vertx vertx;
    private final IntSupplier credentialsVersion;
    private final Duration cooldown;
    private final Map<Object, CredentialLockoutGuard> byCredential = new HashMap<>();
    private int lastVersion;

    @Inject
    CredentialLockouts(Vertx vertx, CloudCredentials credentials, UpstreamConfig config) {
        this(vertx, credentials::version, config.credentialCooldown());
    }

    CredentialLockouts(Vertx vertx, IntSupplier credentialsVersion, Duration cooldown) {
        this.vertx = vertx;
        this.credentialsVersion = credentialsVersion;
        this.cooldown = cooldown;
    }

    /**
     * The guard of a credential.
     *
     * @param credential an access key, a user, or for tokens a user in a project; compared by value
     */
    public synchronized CredentialLockoutGuard forCredential(Object credential) {
        var version = credentialsVersion.getAsInt();
        if (version != lastVersion) {
            lastVersion = version;
            byCredential.clear();
        }
        return byCredential.computeIfAbsent(credential, _ -> new CredentialLockoutGuard(vertx, cooldown));
    }

    /** The number of credentials in their cooldown. */
    synchronized long countCoolingDown() {
        return byCredential.values().stream()
                .filter(CredentialLockoutGuard::isCoolingDown)
                .count();
    }
}
