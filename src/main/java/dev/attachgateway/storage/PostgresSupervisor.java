package dev.attachgateway.storage;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jboss.logging.Logger;

/**
 * The thread that supervises a running server: it keeps the pipe to the watchdog open, the log bounded, and the folder
 * locked until the server has ended.
 *
 * <p>Being a thread, it outlives a live reload of the application that started it, and so does the server.
 */
final class PostgresSupervisor implements Runnable {
    private static final Logger LOG = Logger.getLogger(PostgresSupervisor.class);
    private static final Duration POLL_INTERVAL = Duration.ofSeconds(10);

    private final PostgresServer server;
    private final PostgresLog log;
    private final DataDirectoryLock lock;
    private final CompletableFuture<Integer> exitStatus = new CompletableFuture<>();
    private volatile boolean stopping;

    private PostgresSupervisor(PostgresServer server, PostgresLog log, DataDirectoryLock lock) {
        this.server = server;
        this.log = log;
        this.lock = lock;
    }

    static PostgresSupervisor start(PostgresServer server, PostgresLog log, DataDirectoryLock lock) {
        var postgresSupervisor = new PostgresSupervisor(server, log, lock);
        Thread.ofPlatform().name("embedded-postgresql").daemon().start(postgresSupervisor);
        return postgresSupervisor;
    }

    /** Stops the server; returns whether it has ended, and the folder is unlocked, within the timeout. */
    boolean stop(Duration timeout) throws IOException {
        stopping = true;
        server.watchdog().getOutputStream().close();
        return awaitTermination(timeout);
    }

    /** Returns whether the server has ended, and the folder is unlocked, within the timeout. */
    boolean awaitTermination(Duration timeout) {
        try {
            exitStatus.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException | ExecutionException _) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    @Override
    public void run() {
        while (isAliveAfterInterval()) {
            rotateLog();
        }
        int status = server.watchdog().exitValue();
        if (!stopping) {
            LOG.errorf("embedded PostgreSQL ended unexpectedly status=%d log=%s", status, log.file());
        }
        try {
            lock.close();
            exitStatus.complete(status);
        } catch (IOException e) {
            exitStatus.completeExceptionally(e);
        }
    }

    private boolean isAliveAfterInterval() {
        try {
            return !server.watchdog().waitFor(POLL_INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException _) {
            return true; // only the end of the server ends this thread
        }
    }

    private void rotateLog() {
        try {
            log.rotateIfTooLarge();
        } catch (IOException e) {
            LOG.warnf("the log of embedded PostgreSQL cannot be truncated log=%s cause=%s", log.file(), e);
        }
    }
}
