package dev.attachgateway.access.oidc;

import io.quarkus.arc.Unremovable;
import io.quarkus.oidc.common.OidcEndpoint;
import io.quarkus.oidc.common.OidcRequestFilter;
import io.quarkus.oidc.runtime.OidcUtils;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * Limits the rate of requests to an issuer: a token without a valid signature can still name an unknown key, and each
 * unknown key id triggers a fetch.
 */
@Unremovable
@OidcEndpoint({OidcEndpoint.Type.DISCOVERY, OidcEndpoint.Type.JWKS})
@ApplicationScoped
public class JwksFetchLimiter implements OidcRequestFilter {
    /** Requests for each issuer and address. */
    public static final int MAX_PER_SECOND = 10;

    /** An issuer has two addresses, unless its discovery document names another JWKS address each time. */
    static final int MAX_WINDOWS = 1_000;

    private static final long WINDOW_NANOS = Duration.ofSeconds(1).toNanos();

    private final Map<String, Window> windows = new HashMap<>();

    private static final class Window {
        private long startedAt;
        private int requestCount;
    }

    /** The issuer received too many requests within the current window. */
    static final class FetchLimitExceededException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        FetchLimitExceededException() {
            super("Too many requests to the issuer within a second.", null, false, false);
        }
    }

    @Override
    public Uni<Void> filter(OidcRequestFilterContext request) {
        String issuer = request.contextProperties().getString(OidcUtils.TENANT_ID_ATTRIBUTE);
        // Discovery and JWKS are counted separately: a request admitted for the one needs the other next.
        return tryAcquire(issuer + " " + request.request().uri(), System.nanoTime())
                ? Uni.createFrom().voidItem()
                : Uni.createFrom().failure(new FetchLimitExceededException());
    }

    synchronized boolean tryAcquire(String key, long now) {
        if (windows.size() >= MAX_WINDOWS && !windows.containsKey(key)) {
            windows.values().removeIf(window -> now - window.startedAt >= WINDOW_NANOS);
            if (windows.size() >= MAX_WINDOWS) {
                return false;
            }
        }
        var window = windows.computeIfAbsent(key, _ -> new Window());
        if (window.requestCount == 0 || now - window.startedAt >= WINDOW_NANOS) {
            window.startedAt = now;
            window.requestCount = 0;
        }
        window.requestCount++;
        return window.requestCount <= MAX_PER_SECOND;
    }
}
