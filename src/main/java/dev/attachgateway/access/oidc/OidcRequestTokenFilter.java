package dev.attachgateway.access.oidc;

import io.quarkus.arc.Unremovable;
import io.quarkus.oidc.common.OidcEndpoint;
import io.quarkus.oidc.common.OidcRequestFilter;
import io.quarkus.oidc.runtime.OidcUtils;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * Adds the gateway's own token to requests to issuers that require one for discovery and JWKS, as a Kubernetes API server
 * does. The file is read for each request because its token is rotated.
 */
@Unremovable
@OidcEndpoint({OidcEndpoint.Type.DISCOVERY, OidcEndpoint.Type.JWKS})
@ApplicationScoped
class OidcRequestTokenFilter implements OidcRequestFilter {
    /** Characters. Tokens have some hundreds. */
    private static final int MAX_TOKEN_LENGTH = 16 * 1024;

    private final Map<String, Path> tokenFiles = new HashMap<>();
    private final Vertx vertx;

    OidcRequestTokenFilter(OidcConfig config, Vertx vertx) {
        this.vertx = vertx;
        config.issuers().forEach((name, issuer) -> issuer.tokenFile().ifPresent(file -> tokenFiles.put(name, file)));
    }

    @Override
    public Uni<Void> filter(OidcRequestFilterContext request) {
        Path file = tokenFiles.get(request.contextProperties().getString(OidcUtils.TENANT_ID_ATTRIBUTE));
        if (file == null) {
            return Uni.createFrom().voidItem();
        }
        return vertx.fileSystem()
                .readFile(file.toString())
                .map(content -> content.toString().strip())
                .invoke(token -> {
                    if (token.isEmpty() || token.length() > MAX_TOKEN_LENGTH) {
                        throw new IllegalStateException(file + " contains no token.");
                    }
                    request.request().bearerTokenAuthentication(token);
                })
                .replaceWithVoid();
    }
}
