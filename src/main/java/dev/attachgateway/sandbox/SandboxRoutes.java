package dev.attachgateway.sandbox;

import io.quarkus.arc.profile.IfBuildProfile;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;

/** Mounts the sandbox on the gateway's own port, in development, test and sandbox builds. */
@ApplicationScoped
@IfBuildProfile(anyOf = {"dev", "test", "sandbox"})
class SandboxRoutes {

    /** Before the gateway's authentication, which must not see the cloud's credentials. */
    private static final int ROUTE_ORDER = -1_000_000;

    private static final Pattern ORIGIN_PATTERN = Pattern.compile("https?://[^/?#]+");

    private final Vertx vertx;
    private final Optional<String> externalUrl;
    private final String origin;
    private final Path folder;
    private @Nullable Sandbox sandbox;

    SandboxRoutes(
            Vertx vertx,
            @ConfigProperty(name = "sandbox.url") Optional<String> externalUrl,
            @ConfigProperty(name = "sandbox.origin", defaultValue = "http://localhost:8080") String origin,
            @ConfigProperty(name = "sandbox.folder", defaultValue = "data/sandbox") String folder) {
        this.vertx = vertx;
        this.externalUrl = externalUrl;
        this.origin = origin;
        this.folder = Path.of(folder);
    }

    void mount(@Observes Router router) {
        if (externalUrl.isPresent()) {
            validateOrigin(externalUrl.get());
            return;
        }
        var newSandbox = Sandbox.open(vertx, folder, origin);
        sandbox = newSandbox;
        router.route("/sandbox/*").order(ROUTE_ORDER).subRouter(newSandbox.router());
    }

    /** Paths are appended to it, so anything but an origin would make every request fail. */
    private static void validateOrigin(String url) {
        if (!ORIGIN_PATTERN.matcher(url).matches()) {
            throw new ConfigurationException("sandbox.url is " + url
                    + ", but must be an origin without a path or a slash at its end, such as http://localhost:8090.");
        }
    }

    /** A live reload mounts again in the same process and needs the folder. */
    @PreDestroy
    void close() {
        if (sandbox != null) {
            sandbox.close();
        }
    }
}
