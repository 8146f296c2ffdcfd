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
 * Bounds how often an issuer is asked: a token needs no valid signature to name a key nobody has seen, and each such
 * name asks the issuer anew.
 */
@Unremovable
@OidcEndpoint({OidcEndpoint.Type.DISCOVERY, OidcEndpoint.Type.JWKS})
@ApplicationScoped
public class JwksFetchLimiter implements OidcRequestFilter {
    public static final int MAX_PER_SECOND = 10;

    /** Each issuer has two addresses, unless it tells another one of its keys each time. */
    static final int MAX_WINDOWS = 1_000;

    private static final long WINDOW_NANOS = Duration.ofSeconds(1).toNanos();

    private final Map<String, Window> windows = new HashMap<>();

    private static final class Window {
        private long startedAt;
        private int requestCount;
    }

    /** The issuer was asked too often of late. */
    static final class FetchLimitExceededException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        FetchLimitExceededException() {
            super("The issuer was asked too often within a second.", null, false, false);
        }
    }

    @Override
    public Uni<Void> filter(OidcRequestFilterContext request) {
        String issuer = request.contextProperties().getString(OidcUtils.TENANT_ID_ATTRIBUTE);
        // Its addresses and its keys are counted apart: whoever was let in for the one needs the other next.
        return tryAcquire(issuer + " " + request.request().uri(), System.nanoTime())
                ? Uni.createFrom().voidItem()
                : Uni.createFrom().failure(new FetchLimitExceededException());
    }

    synchronized boolean tryAcquire(String issuer, long now) {
        if (windows.size() >= MAX_WINDOWS && !windows.containsKey(issuer)) {
            windows.values().removeIf(window -> now - window.startedAt >= WINDOW_NANOS);
            if (windows.size() >= MAX_WINDOWS) {
                return false;
            }
        }
        Window window = windows.computeIfAbsent(issuer, unknown -> new Window());
        if (window.requestCount == 0 || now - window.startedAt >= WINDOW_NANOS) {
            window.startedAt = now;
            window.requestCount = 0;
        }
        window.requestCount++;
        return window.requestCount <= MAX_PER_SECOND;
    }
}
