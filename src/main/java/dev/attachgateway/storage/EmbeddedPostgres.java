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

    private final Server server;
    private final Folder folder;
    private final Keeper keeper;

    private EmbeddedPostgres(Server server, Folder folder, Keeper keeper) {
        this.server = server;
        this.folder = folder;
        this.keeper = keeper;
    }

    /**
     * Starts the server of a folder, making whatever is missing there, and returns when it accepts connections.
     *
     * @throws StorageUnavailable with a sentence for the user, when the folder is another gateway's, when the machine
     *     cannot run it, or when a limit has passed
     */
    public static EmbeddedPostgres start(Path path) {
        Folder folder = Folder.at(path);
        FolderLock lock = FolderLock.take(folder);
        try {
            ServerLog log = ServerLog.in(folder);
            Command command = new Command(log, COMMAND_LIMIT);
            log.bound();
            Remains.in(folder, command).clear();
            Binaries.unpackInto(folder);
            Account account = Account.find(folder, command);
            Cluster.makeIn(folder, account, command);
            Server server = Server.start(folder, account, log);
            return new EmbeddedPostgres(server, folder, Keeper.of(server, log, lock));
        } catch (IOException | RuntimeException e) {
            release(lock, e);
            throw e instanceof StorageUnavailable refused
                    ? refused
                    : new StorageUnavailable("PostgreSQL in " + folder.path() + " cannot be started: " + e + ".", e);
        }
    }

    /** Where it listens, until it is closed. */
    public ConnectionDetails connection() {
        return new ConnectionDetails(
                server.host(), server.port(), Cluster.DATABASE, Cluster.SUPERUSER, Cluster.password(folder));
    }

    /** The process that ends when the server has ended. */
    ProcessHandle process() {
        return server.watchdog().toHandle();
    }

    /** Ends all connections, stops the server in good order and gives the folder back. */
    @Override
    public void close() {
        try {
            if (!keeper.stop(STOP_LIMIT)) {
                throw ServerLog.in(folder).failure("PostgreSQL in " + folder.path() + " does not stop");
            }
        } catch (IOException e) {
            throw new StorageUnavailable("PostgreSQL in " + folder.path() + " cannot be stopped: " + e + ".", e);
        }
    }

    /** Waits, for seconds at most, until somebody else's {@link #close()} or a failure has ended the server. */
    public void awaitEnd() {
        keeper.awaitEnd(END_LIMIT);
    }

    private static void release(FolderLock lock, Exception cause) {
        try {
            lock.close();
        } catch (IOException e) {
            cause.addSuppressed(e);
        }
    }
}
