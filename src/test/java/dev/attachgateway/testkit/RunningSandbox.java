package dev.attachgateway.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.awaitility.Awaitility;

/** The sandbox in its own process, so that it outlives the gateways of a test. */
public final class RunningSandbox implements AutoCloseable {
    private static final Duration READY_TIMEOUT = Duration.ofMinutes(1);

    private final Path directory;
    private final int port;
    private final String url;
    private JarProcess process;
    private int starts = 1;

    private RunningSandbox(Path directory, int port, String url) {
        this.directory = directory;
        this.port = port;
        this.url = url;
        this.process = launch();
    }

    /** Starts the sandbox on a free port and waits until it listens. */
    public static RunningSandbox start(Path directory) {
        return start(directory, "localhost");
    }

    /** Starts the sandbox on a free port; the host is a name of this machine and part of the issuer in its tokens. */
    public static RunningSandbox start(Path directory, String host) {
        try {
            Files.createDirectories(directory);
            FirstStart.copyKey(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        var port = Fork.freePort();
        var sandbox = new RunningSandbox(directory, port, "http://" + host + ":" + port);
        try {
            sandbox.awaitReady();
            return sandbox;
        } catch (Throwable e) {
            sandbox.close();
            throw e;
        }
    }

    private JarProcess launch() {
        var log = directory.resolve("sandbox.log");
        return JarProcess.start(
                PackagedBuild.SANDBOX, directory, log, Map.of(), "sandbox", "--port=" + port, "--origin=" + url);
    }

    private void awaitReady() {
        Awaitility.await()
                .alias("sandbox listens")
                .atMost(READY_TIMEOUT)
                .pollDelay(Duration.ZERO)
                .until(() -> {
                    if (!process.isAlive()) {
                        throw process.failure("the sandbox ended while starting");
                    }
                    // One line per start: restarts append to the log.
                    return listenCount() == starts;
                });
    }

    private long listenCount() {
        return process.said()
                .lines()
                .filter(line -> line.equals("sandbox listening on http://localhost:" + port + "/sandbox"))
                .count();
    }

    /** The value of {@code SANDBOX_URL} for a gateway. */
    public String url() {
        return url;
    }

    public void kill() {
        process.kill();
    }

    /** Restarts the sandbox on the same port and in the same folder. */
    public void restart() {
        process = launch();
        starts++;
        awaitReady();
    }

    @Override
    public void close() {
        process.close();
    }
}
