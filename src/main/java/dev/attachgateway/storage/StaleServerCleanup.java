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
 * What an earlier run left of its server: processes still shutting down, a {@code postmaster.pid} that names nobody.
 *
 * <p>A process belongs to this cluster when it is a PostgreSQL working in it, and by nothing else: the id in the file
 * may since have been given to a stranger.
 */
record StaleServerCleanup(DataDirectory folder, PostgresCommand command, Duration patience) {
    private static final Duration BETWEEN_SIGNALS = Duration.ofSeconds(15);

    static StaleServerCleanup in(DataDirectory dataDirectory, PostgresCommand command) {
        return new StaleServerCleanup(dataDirectory, command, Duration.ofSeconds(5));
    }

    /** Returns once nobody works in the cluster and no {@code postmaster.pid} is in the way. */
    void clear() {
        Path pidFile = folder.cluster().resolve("postmaster.pid");
        if (!Files.exists(pidFile)) {
            return;
        }
        if (!gone(patience) && !gone("INT") && !gone("QUIT")) {
            throw command.log()
                    .failure("A PostgreSQL of an earlier run still works in " + folder.cluster() + " (process "
                            + living() + ") and does not stop. Stop it, then start again");
        }
        try {
            // Safe only now: the file also guards against servers that outlived their postmaster.
            Files.deleteIfExists(pidFile);
        } catch (IOException e) {
            throw new StorageUnavailableException("The stale " + pidFile + " cannot be removed: " + e + ".", e);
        }
    }

    private boolean gone(String signal) {
        for (ProcessHandle process : living()) {
            command.succeeds(List.of("kill", "-s", signal, Long.toString(process.pid())));
        }
        return gone(BETWEEN_SIGNALS);
    }

    private boolean gone(Duration limit) {
        var ends = living().stream().map(ProcessHandle::onExit).toArray(CompletableFuture[]::new);
        try {
            CompletableFuture.allOf(ends).get(limit.toMillis(), TimeUnit.MILLISECONDS);
            return living().isEmpty();
        } catch (TimeoutException | ExecutionException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StorageUnavailableException("Interrupted while waiting for an earlier PostgreSQL to stop.", e);
        }
    }

    private List<ProcessHandle> living() {
        return ProcessHandle.allProcesses().filter(this::worksHere).toList();
    }

    private boolean worksHere(ProcessHandle process) {
        Path facts = Path.of("/proc", Long.toString(process.pid()));
        try {
            return Files.readString(facts.resolve("comm")).strip().equals("postgres")
                    && Files.readSymbolicLink(facts.resolve("cwd")).equals(folder.cluster());
        } catch (NoSuchFileException e) {
            return false; // ended meanwhile
        } catch (IOException e) {
            return false; // another account's, which could not open this cluster either
        }
    }
}
