package dev.attachgateway.testkit;

import dev.attachgateway.storage.Folders;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.awaitility.Awaitility;

/** A packaged gateway with its own folder and fixed ports that can be killed and restarted. */
public final class RunningGateway implements AutoCloseable {
    private static final Duration READY_TIMEOUT = Duration.ofMinutes(2);
    private static final Duration POLL_INTERVAL = Duration.ofMillis(100);
    private static final HttpClient HTTP = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();

    private final PackagedBuild build;
    private final Path directory;
    private final int port;
    private final int managementPort;
    private final Map<String, String> environment;
    private JarProcess process;

    private RunningGateway(PackagedBuild build, Path directory, Map<String, String> environment) {
        this.build = build;
        this.directory = directory;
        this.port = Fork.freePort();
        this.managementPort = Fork.freePort();
        this.environment = new HashMap<>(environment);
        this.environment.put("QUARKUS_HTTP_PORT", Integer.toString(port));
        this.environment.put("QUARKUS_MANAGEMENT_PORT", Integer.toString(managementPort));
        this.process = launch();
    }

    /** Starts the sandbox build and waits until it is ready. */
    public static RunningGateway start(Path directory, Map<String, String> environment) {
        return start(PackagedBuild.SANDBOX, directory, environment);
    }

    /** Starts a build and waits until it is ready. */
    public static RunningGateway start(PackagedBuild build, Path directory, Map<String, String> environment) {
        var gateway = launch(build, directory, environment);
        try {
            gateway.awaitReady();
            return gateway;
        } catch (Throwable e) {
            gateway.close();
            throw e;
        }
    }

    /** Starts a build without waiting, for concurrent starts or a start that is expected to fail. */
    public static RunningGateway launch(PackagedBuild build, Path directory, Map<String, String> environment) {
        try {
            Files.createDirectories(directory);
            if (!environment.containsKey("STORAGE_URL") && !Files.exists(directory.resolve("data/postgresql"))) {
                Folders.withCluster(Files.createDirectories(directory.resolve("data")));
            }
            if (build == PackagedBuild.SANDBOX && !environment.containsKey("SANDBOX_URL")) {
                FirstStart.copyKey(directory);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new RunningGateway(build, directory, environment);
    }

    private JarProcess launch() {
        return JarProcess.start(build, directory, directory.resolve("gateway.log"), environment);
    }

    /** Returns once the readiness check of the management port succeeds. */
    public void awaitReady() {
        awaitReady(process, managementUrl());
    }

    static void awaitReady(JarProcess process, String managementUrl) {
        Awaitility.await()
                .alias("gateway is ready")
                .atMost(READY_TIMEOUT)
                .pollDelay(Duration.ZERO)
                .pollInterval(POLL_INTERVAL)
                .until(() -> {
                    if (!process.isAlive()) {
                        throw process.failure("the gateway ended while starting");
                    }
                    return isReady(managementUrl);
                });
    }

    public boolean isReady() {
        return isReady(managementUrl());
    }

    private static boolean isReady(String managementUrl) {
        try {
            var request = HttpRequest.newBuilder(URI.create(managementUrl + "/q/health/ready"))
                    .timeout(Duration.ofSeconds(10))
                    .build();
            return HTTP.send(request, BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException _) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    /** The value of a metric without labels; fails if it does not exist. */
    public double metric(String name) {
        try {
            var request = HttpRequest.newBuilder(URI.create(managementUrl() + "/q/metrics"))
                    .timeout(Duration.ofSeconds(10))
                    .build();
            return HTTP.send(request, BodyHandlers.ofString())
                    .body()
                    .lines()
                    .filter(line -> line.startsWith(name + " "))
                    .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError("no metric " + name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    public int port() {
        return port;
    }

    /** The gateway's URL, without a slash at the end. */
    public String url() {
        return "http://localhost:" + port;
    }

    public String managementUrl() {
        return "http://localhost:" + managementPort;
    }

    public Path directory() {
        return directory;
    }

    /** The embedded PostgreSQL that the gateway runs if it has no {@code STORAGE_URL}. */
    public EmbeddedPostgresProbe postgres() {
        return new EmbeddedPostgresProbe(directory.resolve("data/postgresql"));
    }

    public JarProcess process() {
        return process;
    }

    /** {@code kill -9}. */
    public void kill() {
        process.kill();
    }

    /** Restarts the ended gateway in the same folder and on the same ports, and waits until it is ready. */
    public void restart() {
        if (process.isAlive()) {
            throw new IllegalStateException("the gateway still runs");
        }
        process = launch();
        awaitReady();
    }

    @Override
    public void close() {
        process.close();
        postgres().awaitEnd();
    }
}
