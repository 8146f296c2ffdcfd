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
 * The credentials by project, without which the gateway does not start. The file is checked for changes when a
 * credential is requested, at most once per second.
 */
@Startup
@ApplicationScoped
public class CloudCredentials {
    private static final Logger LOG = Logger.getLogger(CloudCredentials.class);
    private static final long CHECK_INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Vertx vertx;
    private final Optional<Path> file;
    private final AtomicLong lastCheckedAt = new AtomicLong(System.nanoTime());
    private volatile Map<String, CloudCredential> byProject;
    private volatile String content;
    private final AtomicInteger version = new AtomicInteger();

    CloudCredentials(Vertx vertx, UpstreamConfig config) {
        this.vertx = vertx;
        this.file = config.credentialsFile();
        try {
            this.content = file.map(CloudCredentials::readFile)
                    .or(config::credentials)
                    .orElseThrow(() -> new ConfigurationException(
                            "upstream.credentials-file is not set, so the cloud would refuse every call: configure the"
                                    + " credentials file."));
            this.byProject = CloudCredentialsParser.parse(content);
        } catch (IllegalArgumentException e) {
            throw new ConfigurationException("The cloud credentials are unusable: " + e.getMessage() + ".");
        }
    }

    /** Fails with {@link MissingCredentialException} if the gateway has no credential for the project. */
    public Uni<Void> require(String projectId) {
        return find(projectId)
                .invoke(credential -> {
                    if (credential.isEmpty()) {
                        throw new MissingCredentialException(projectId);
                    }
                })
                .replaceWithVoid();
    }

    /**
     * Whether writes in the project are signed with an access key, which gives them a date, rather than sent with a
     * token.
     *
     * @return fails with {@link MissingCredentialException} if the gateway has no credential for the project
     */
    public Uni<Boolean> signsWrites(String projectId) {
        return find(projectId)
                .map(credential -> credential
                        .orElseThrow(() -> new MissingCredentialException(projectId))
                        .signsWrites());
    }

    /** A number that changes with each reload of the file. */
    public int version() {
        return version.get();
    }

    /** The project's credential, after a reload of the file if it has changed; empty if there is none. */
    public Uni<Optional<CloudCredential>> find(String projectId) {
        var last = lastCheckedAt.get();
        var now = System.nanoTime();
        if (file.isEmpty() || now - last < CHECK_INTERVAL_NANOS || !lastCheckedAt.compareAndSet(last, now)) {
            return Uni.createFrom().item(Optional.ofNullable(byProject.get(projectId)));
        }
        return Uni.createFrom()
                .completionStage(() -> vertx.executeBlocking(() -> reload(file.get()))
                        .toCompletionStage()
                        .thenApply(reloaded -> Optional.ofNullable(reloaded.get(projectId))));
    }

    private Map<String, CloudCredential> reload(Path path) {
        try {
            var newContent = readFile(path);
            if (!newContent.equals(content)) {
                byProject = CloudCredentialsParser.parse(newContent);
                content = newContent;
                version.incrementAndGet();
                LOG.infof("cloud credentials reloaded projects=%d", byProject.size());
            }
        } catch (RuntimeException e) {
            LOG.errorf("cloud credentials not reloaded, the previous ones stay in use: %s", e.getMessage());
        }
        return byProject;
    }

    private static String readFile(Path path) {
        try {
            return Files.readString(path);
        } catch (IOException e) {
            throw new IllegalArgumentException("the credentials file cannot be read: " + e.getMessage(), e);
        }
    }
}
