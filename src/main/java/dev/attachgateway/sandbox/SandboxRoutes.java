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

/** Mounts the practice cloud on the gateway's own port, in the builds that are for practice. */
@ApplicationScoped
@IfBuildProfile(anyOf = {"dev", "test", "sandbox"})
class SandboxRoutes {

    /** Before the gateway's authentication, which has no business with the cloud's credentials. */
    private static final int ORDER = -1_000_000;

    private static final Pattern ORIGIN = Pattern.compile("https?://[^/?#]+");

    private final Vertx vertx;
    private final Optional<String> elsewhere;
    private final String origin;
    private final Path folder;
    private @Nullable Sandbox sandbox;

    SandboxRoutes(
            Vertx vertx,
            @ConfigProperty(name = "sandbox.url") Optional<String> elsewhere,
            @ConfigProperty(name = "sandbox.origin", defaultValue = "http://localhost:8080") String origin,
            @ConfigProperty(name = "sandbox.folder", defaultValue = "data/sandbox") String folder) {
        this.vertx = vertx;
        this.elsewhere = elsewhere;
        this.origin = origin;
        this.folder = Path.of(folder);
    }

    void mount(@Observes Router router) {
        if (elsewhere.isPresent()) {
            check(elsewhere.get());
            return;
        }
        Sandbox opened = Sandbox.open(vertx, folder, origin);
        sandbox = opened;
        router.route("/sandbox/*").order(ORDER).subRouter(opened.router());
    }

    /** Paths are added to it: with anything but an origin nobody could ever call. */
    private static void check(String url) {
        if (!ORIGIN.matcher(url).matches()) {
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
