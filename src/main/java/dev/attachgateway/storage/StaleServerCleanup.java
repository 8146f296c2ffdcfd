package dev.attachgateway.storage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Cleans up after the server of an earlier run: processes that still shut down, and a stale {@code postmaster.pid}.
 *
 * <p>A process belongs to this cluster when it is a PostgreSQL whose working directory is the cluster. The process id in the
 * file is no evidence, since the kernel may have reused it.
 */
record StaleServerCleanup(DataDirectory dataDirectory, PostgresCommand command, Duration gracePeriod) {
    private static final Duration SIGNAL_TIMEOUT = Duration.ofSeconds(15);

    static StaleServerCleanup of(DataDirectory dataDirectory, PostgresCommand command) {
        return new StaleServerCleanup(dataDirectory, command, Duration.ofSeconds(5));
    }

    /** Returns once no process works in the cluster and {@code postmaster.pid} is removed. */
    void run() {
        Path pidFile = dataDirectory.clusterDirectory().resolve("postmaster.pid");
        if (!Files.exists(pidFile)) {
            return;
        }
        if (!awaitExit(gracePeriod) && !stopWith("INT") && !stopWith("QUIT")) {
            throw command.log()
                    .exceptionWithTail(
                            "A PostgreSQL of an earlier run is still running in " + dataDirectory.clusterDirectory()
                                    + " (process " + running() + ") and does not stop. Stop it, then start again");
        }
        try {
            // Safe only now: the file also protects against server processes that outlived their postmaster.
            Files.deleteIfExists(pidFile);
        } catch (IOException e) {
            throw new StorageUnavailableException("The stale " + pidFile + " cannot be removed: " + e + ".", e);
        }
    }

    private boolean stopWith(String signal) {
        for (ProcessHandle process : running()) {
            command.succeeds(List.of("kill", "-s", signal, Long.toString(process.pid())));
        }
        return awaitExit(SIGNAL_TIMEOUT);
    }

    private boolean awaitExit(Duration timeout) {
        var ends = running().stream().map(ProcessHandle::onExit).toArray(CompletableFuture[]::new);
        try {
            CompletableFuture.allOf(ends).get(timeout.toMillis(), TimeUnit.MILLISECONDS);
            return running().isEmpty();
        } catch (TimeoutException | ExecutionException _) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StorageUnavailableException("Interrupted while waiting for an earlier PostgreSQL to stop.", e);
        }
    }

    private List<ProcessHandle> running() {
        return ProcessHandle.allProcesses().filter(this::belongsToCluster).toList();
    }

    private boolean belongsToCluster(ProcessHandle process) {
        var procfs = Path.of("/proc", Long.toString(process.pid()));
        try {
            return Files.readString(procfs.resolve("comm")).strip().equals("postgres")
                    && Files.readSymbolicLink(procfs.resolve("cwd")).equals(dataDirectory.clusterDirectory());
        } catch (NoSuchFileException _) {
            return false; // the process has ended meanwhile
        } catch (IOException _) {
            return false; // a process of another account, which could not open this cluster either
        }
    }
}
