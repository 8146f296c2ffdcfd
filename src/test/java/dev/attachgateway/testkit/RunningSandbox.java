package dev.attachgateway.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.awaitility.Awaitility;

/** The practice cloud in a process of its own, so that it outlives the gateways of a test. */
public final class RunningSandbox implements AutoCloseable {
    private static final Duration READY_WITHIN = Duration.ofMinutes(1);

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

    /** Starts it on a free port and waits until it listens. */
    public static RunningSandbox start(Path directory) {
        return start(directory, "localhost");
    }

    /** Starts it on a free port under a name of this machine, which its tokens then carry. */
    public static RunningSandbox start(Path directory, String host) {
        try {
            Files.createDirectories(directory);
            FirstStart.giveKey(directory);
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
                .atMost(READY_WITHIN)
                .pollDelay(Duration.ZERO)
                .until(() -> {
                    if (!process.isAlive()) {
                        throw process.failure("the sandbox ended while starting");
                    }
                    // A line for each start: the log is kept over restarts.
                    return listened() == starts;
                });
    }

    private long listened() {
        return process.said()
                .lines()
                .filter(line -> line.equals("sandbox listening on http://localhost:" + port + "/sandbox"))
                .count();
    }

    /** What a gateway gets as {@code SANDBOX_URL}. */
    public String url() {
        return url;
    }

    public void kill() {
        process.kill();
    }

    /** Starts it again on the same port and folder. */
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
