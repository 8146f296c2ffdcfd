package dev.attachgateway.storage;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/**
 * A PostgreSQL of the gateway's own, in a folder of its own, that ends when this process ends.
 *
 * <p>It is a full server with its durability on; only its life is tied to one gateway.
 */
public final class EmbeddedPostgres implements AutoCloseable {
    private static final Duration COMMAND_LIMIT = Duration.ofSeconds(60);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(65);
    private static final Duration END_LIMIT = Duration.ofSeconds(20);

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
     * Starts the server of a folder, making whatever is missing there, and returns when it accepts connections.
     *
     * @throws StorageUnavailableException with a sentence for the user, when the folder is another gateway's, when the machine
     *     cannot run it, or when a limit has passed
     */
    public static EmbeddedPostgres start(Path path) {
        DataDirectory dataDirectory = DataDirectory.at(path);
        DataDirectoryLock lock = DataDirectoryLock.take(dataDirectory);
        try {
            PostgresLog log = PostgresLog.in(dataDirectory);
            PostgresCommand command = new PostgresCommand(log, COMMAND_LIMIT);
            log.bound();
            StaleServerCleanup.in(dataDirectory, command).clear();
            PostgresBinaries.unpackInto(dataDirectory);
            PostgresUser postgresUser = PostgresUser.find(dataDirectory, command);
            PostgresCluster.makeIn(dataDirectory, postgresUser, command);
            PostgresServer server = PostgresServer.start(dataDirectory, postgresUser, log);
            return new EmbeddedPostgres(server, dataDirectory, PostgresSupervisor.of(server, log, lock));
        } catch (IOException | RuntimeException e) {
            release(lock, e);
            throw e instanceof StorageUnavailableException refused
                    ? refused
                    : new StorageUnavailableException(
                            "PostgreSQL in " + dataDirectory.path() + " cannot be started: " + e + ".", e);
        }
    }

    /** Where it listens, until it is closed. */
    public ConnectionDetails connection() {
        return new ConnectionDetails(
                server.host(),
                server.port(),
                PostgresCluster.DATABASE,
                PostgresCluster.SUPERUSER,
                PostgresCluster.password(dataDirectory));
    }

    /** The process that ends when the server has ended. */
    ProcessHandle process() {
        return server.watchdog().toHandle();
    }

    /** Ends all connections, stops the server in good order and gives the folder back. */
    @Override
    public void close() {
        try {
            if (!postgresSupervisor.stop(STOP_LIMIT)) {
                throw PostgresLog.in(dataDirectory).failure("PostgreSQL in " + dataDirectory.path() + " does not stop");
            }
        } catch (IOException e) {
            throw new StorageUnavailableException(
                    "PostgreSQL in " + dataDirectory.path() + " cannot be stopped: " + e + ".", e);
        }
    }

    /** Waits, for seconds at most, until somebody else's {@link #close()} or a failure has ended the server. */
    public void awaitEnd() {
        postgresSupervisor.awaitEnd(END_LIMIT);
    }

    private static void release(DataDirectoryLock lock, Exception cause) {
        try {
            lock.close();
        } catch (IOException e) {
            cause.addSuppressed(e);
        }
    }
}
