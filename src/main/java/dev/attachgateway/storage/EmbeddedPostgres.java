package dev.attachgateway.storage;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/**
 * A PostgreSQL server that the gateway runs itself, in its own folder, and that ends when this process ends.
 *
 * <p>It is a full server with durability enabled; only its lifetime is tied to one gateway.
 */
public final class EmbeddedPostgres implements AutoCloseable {
    private static final Duration COMMAND_TIMEOUT = Duration.ofSeconds(60);
    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(65);
    private static final Duration END_TIMEOUT = Duration.ofSeconds(20);

    private final PostgresServer server;
    private final DataDirectory dataDirectory;
    private final PostgresSupervisor postgresSupervisor;

    private EmbeddedPostgres(
            PostgresServer server, DataDirectory dataDirectory, PostgresSupervisor postgresSupervisor) {
        this.server = server;
        this.dataDirectory = dataDirectory;
        this.postgresSupervisor = postgresSupervisor;
    }

    /**
     * Starts the server of a folder, creates what is missing there, and returns when connections are accepted.
     *
     * @throws StorageUnavailableException with a message for the operator, when another gateway uses the folder, when the
     *     machine cannot run the server, or after a timeout
     */
    public static EmbeddedPostgres start(Path path) {
        var dataDirectory = DataDirectory.openOrCreate(path);
        var lock = DataDirectoryLock.acquire(dataDirectory);
        try {
            var log = PostgresLog.of(dataDirectory);
            var command = new PostgresCommand(log, COMMAND_TIMEOUT);
            log.rotateIfTooLarge();
            StaleServerCleanup.of(dataDirectory, command).run();
            PostgresBinaries.unpackInto(dataDirectory);
            var postgresUser = PostgresUser.findUsable(dataDirectory, command);
            PostgresCluster.createIn(dataDirectory, postgresUser, command);
            var server = PostgresServer.start(dataDirectory, postgresUser, log);
            return new EmbeddedPostgres(server, dataDirectory, PostgresSupervisor.start(server, log, lock));
        } catch (IOException | RuntimeException e) {
            closeLock(lock, e);
            throw e instanceof StorageUnavailableException unavailable
                    ? unavailable
                    : new StorageUnavailableException(
                            "PostgreSQL in " + dataDirectory.path() + " cannot be started: " + e + ".", e);
        }
    }

    /** Address and login of the server, valid until it is closed. */
    public ConnectionDetails connectionDetails() {
        return new ConnectionDetails(
                server.host(),
                server.port(),
                PostgresCluster.DATABASE,
                PostgresCluster.SUPERUSER,
                PostgresCluster.readPassword(dataDirectory));
    }

    /** The watchdog process, which ends when the server has ended. */
    ProcessHandle process() {
        return server.watchdog().toHandle();
    }

    /** Ends all connections, stops the server in an orderly way and unlocks the folder. */
    @Override
    public void close() {
        try {
            if (!postgresSupervisor.stop(STOP_TIMEOUT)) {
                throw PostgresLog.of(dataDirectory)
                        .exceptionWithTail("PostgreSQL in " + dataDirectory.path() + " does not stop");
            }
        } catch (IOException e) {
            throw new StorageUnavailableException(
                    "PostgreSQL in " + dataDirectory.path() + " cannot be stopped: " + e + ".", e);
        }
    }

    /** Waits, for 20 seconds at most, until a {@link #close()} in another thread or a failure has ended the server. */
    public void awaitTermination() {
        postgresSupervisor.awaitTermination(END_TIMEOUT);
    }

    private static void closeLock(DataDirectoryLock lock, Exception cause) {
        try {
            lock.close();
        } catch (IOException e) {
            cause.addSuppressed(e);
        }
    }
}
