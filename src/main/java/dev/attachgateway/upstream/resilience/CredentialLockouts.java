package dev.attachgateway.upstream.resilience;

import dev.attachgateway.upstream.credential.CloudCredentials;
import dev.attachgateway.upstream.http.UpstreamConfig;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** One {@link CredentialLockoutGuard} for each credential that the file of credentials holds; a changed file begins them all anew. */
@ApplicationScoped
public class CredentialLockouts {
    private final Vertx vertx;
    private final CloudCredentials credentials;
    private final Duration pause;
    private volatile Of current;

    private record Of(int edition, Map<Object, CredentialLockoutGuard> byCredential) {}

    CredentialLockouts(Vertx vertx, CloudCredentials credentials, UpstreamConfig config) {
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
    public CredentialLockoutGuard of(Object credential) {
        var known = current;
        if (known.edition != credentials.edition()) {
            known = new Of(credentials.edition(), new ConcurrentHashMap<>());
            current = known;
        }
        return known.byCredential.computeIfAbsent(credential, any -> new CredentialLockoutGuard(vertx, pause));
    }

    /** How many credentials are not used for now. */
    long paused() {
        return current.byCredential.values().stream()
                .filter(CredentialLockoutGuard::isPaused)
                .count();
    }
}
