package dev.attachgateway.storage;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jboss.logging.Logger;

/**
 * The thread that keeps a running server: its pipe open, its log bounded, its folder locked until it has ended.
 *
 * <p>Being a thread, it outlives a live reload of the application that started it, and so does the server.
 */
final class PostgresSupervisor implements Runnable {
    private static final Logger LOG = Logger.getLogger(PostgresSupervisor.class);
    private static final Duration LOOK_EVERY = Duration.ofSeconds(10);

    private final PostgresServer server;
    private final PostgresLog log;
    private final DataDirectoryLock lock;
    private final CompletableFuture<Integer> end = new CompletableFuture<>();
    private volatile boolean stopping;

    private PostgresSupervisor(PostgresServer server, PostgresLog log, DataDirectoryLock lock) {
        this.server = server;
        this.log = log;
        this.lock = lock;
    }

    static PostgresSupervisor of(PostgresServer server, PostgresLog log, DataDirectoryLock lock) {
        PostgresSupervisor postgresSupervisor = new PostgresSupervisor(server, log, lock);
        Thread.ofPlatform().name("embedded-postgresql").daemon().start(postgresSupervisor);
        return postgresSupervisor;
    }

    /** Lets the server stop; whether it has, and the folder is free again, within {@code limit}. */
    boolean stop(Duration limit) throws IOException {
        stopping = true;
        server.watchdog().getOutputStream().close();
        return awaitEnd(limit);
    }

    /** Whether the server has ended, and the folder is free again, within {@code limit}. */
    boolean awaitEnd(Duration limit) {
        try {
            end.get(limit.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException | ExecutionException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    @Override
    public void run() {
        while (isAlive()) {
            bound();
        }
        int status = server.watchdog().exitValue();
        if (!stopping) {
            LOG.errorf("embedded PostgreSQL has ended by itself status=%d log=%s", status, log.file());
        }
        try {
            lock.close();
            end.complete(status);
        } catch (IOException e) {
            end.completeExceptionally(e);
        }
    }

    private boolean isAlive() {
        try {
            return !server.watchdog().waitFor(LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            return true; // nothing but the end of the server ends this thread
        }
    }

    private void bound() {
        try {
            log.bound();
        } catch (IOException e) {
            LOG.warnf("the log of embedded PostgreSQL cannot be bounded log=%s cause=%s", log.file(), e);
        }
    }
}
