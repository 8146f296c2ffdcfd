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
    private JarProcess process;
    private int starts = 1;

    private RunningSandbox(Path directory, int port, JarProcess process) {
        this.directory = directory;
        this.port = port;
        this.process = process;
    }

    /** Starts it on a free port and waits until it listens. */
    public static RunningSandbox start(Path directory) {
        return start(directory, RunningGateway.freePort());
    }

    /** Starts it on a port that others know already. */
    public static RunningSandbox start(Path directory, int port) {
        try {
            Files.createDirectories(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        var sandbox = new RunningSandbox(directory, port, launch(directory, port));
        try {
            sandbox.awaitReady();
            return sandbox;
        } catch (Throwable e) {
            sandbox.close();
            throw e;
        }
    }

    private static JarProcess launch(Path directory, int port) {
        return JarProcess.start(
                Build.SANDBOX, directory, directory.resolve("sandbox.log"), Map.of(), "sandbox", "--port=" + port);
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
                .filter(line -> line.equals("sandbox listening on " + url() + "/sandbox"))
                .count();
    }

    /** What a gateway gets as {@code SANDBOX_URL}. */
    public String url() {
        return "http://localhost:" + port;
    }

    public void kill() {
        process.kill();
    }

    /** Starts it again on the same port and folder. */
    public void restart() {
        process = launch(directory, port);
        starts++;
        awaitReady();
    }

    @Override
    public void close() {
        process.close();
    }
}
