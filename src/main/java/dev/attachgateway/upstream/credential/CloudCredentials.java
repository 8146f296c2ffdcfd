package dev.attachgateway.upstream.credential;

import dev.attachgateway.upstream.http.UpstreamConfig;
import io.quarkus.runtime.Startup;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jboss.logging.Logger;

/**
 * The credentials by project, without which the gateway does not start. The file is looked at again at most once a second,
 * when a credential is asked for.
 */
@Startup
@ApplicationScoped
public class CloudCredentials {
    private static final Logger LOG = Logger.getLogger(CloudCredentials.class);
    private static final long FRESH_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Vertx vertx;
    private final Optional<Path> file;
    private final AtomicLong checked = new AtomicLong(System.nanoTime());
    private volatile Map<String, CloudCredential> byProject;
    private volatile String content;
    private final AtomicInteger edition = new AtomicInteger();

    CloudCredentials(Vertx vertx, UpstreamConfig config) {
        this.vertx = vertx;
        this.file = config.credentialsFile();
        try {
            this.content = file.map(CloudCredentials::read)
                    .or(config::credentials)
                    .orElseThrow(() -> new ConfigurationException(
                            "upstream.credentials-file is not set, so the cloud would refuse every call: name the file"
                                    + " of credentials."));
            this.byProject = CloudCredentialsParser.parse(content);
        } catch (IllegalArgumentException e) {
            throw new ConfigurationException("The cloud credentials are unusable: " + e.getMessage() + ".");
        }
    }

    /** Fails with {@link MissingCredentialException} when the gateway cannot act in the project. */
    public Uni<Void> require(String projectId) {
        return of(projectId)
                .invoke(found -> {
                    if (found.isEmpty()) {
                        throw new MissingCredentialException(projectId);
                    }
                })
                .replaceWithVoid();
    }

    /**
     * Whether writes in the project are signed with an access key, which dates them, rather than sent with a token.
     *
     * @return fails with {@link MissingCredentialException} when the gateway cannot act in the project
     */
    public Uni<Boolean> signsWrites(String projectId) {
        return of(projectId)
                .map(found -> found.orElseThrow(() -> new MissingCredentialException(projectId))
                        .signsWrites());
    }

    /** Another number whenever the file has changed. */
    public int edition() {
        return edition.get();
    }

    public Uni<Optional<CloudCredential>> of(String projectId) {
        var last = checked.get();
        var now = System.nanoTime();
        if (file.isEmpty() || now - last < FRESH_NANOS || !checked.compareAndSet(last, now)) {
            return Uni.createFrom().item(Optional.ofNullable(byProject.get(projectId)));
        }
        return Uni.createFrom()
                .completionStage(() -> vertx.executeBlocking(() -> reload(file.get()))
                        .toCompletionStage()
                        .thenApply(map -> Optional.ofNullable(map.get(projectId))));
    }

    private Map<String, CloudCredential> reload(Path path) {
        try {
            var found = read(path);
            if (!found.equals(content)) {
                byProject = CloudCredentialsParser.parse(found);
                content = found;
                edition.incrementAndGet();
                LOG.infof("cloud credentials reloaded projects=%d", byProject.size());
            }
        } catch (RuntimeException e) {
            LOG.errorf("cloud credentials not reloaded, the last good ones stay: %s", e.getMessage());
        }
        return byProject;
    }

    private static String read(Path path) {
        try {
            return Files.readString(path);
        } catch (IOException e) {
            throw new IllegalArgumentException("the credentials file cannot be read: " + e.getMessage(), e);
        }
    }
}
