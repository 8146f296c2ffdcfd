package dev.attachgateway.storage;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A PostgreSQL that keeps its port, with programs of any version, which can be stopped in any way and started again. */
public final class StandingServer implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final String SETTINGS = "max_connections = 200\n";

    /** How PostgreSQL is stopped (PostgreSQL, "Shutting Down the Server"). */
    public enum Stop {
        /** In good order. */
        FAST("INT"),
        /** Without a checkpoint, as in a crash. */
        IMMEDIATE("QUIT");

        private final String signal;

        Stop(String signal) {
            this.signal = signal;
        }
    }

    private final Folder folder;
    private final Account account;
    private final ServerLog log;
    private final int port = Server.freePort();
    private Server server;

    private StandingServer(Folder folder, Account account, ServerLog log) {
        this.folder = folder;
        this.account = account;
        this.log = log;
        this.server = launch();
    }

    /** Makes a cluster in the folder with the gateway's own programs, and starts it. */
    public static StandingServer start(Path path) throws IOException {
        return init(Folders.withPrograms(path));
    }

    /** The same with other programs, which are below {@code bin} there. */
    public static StandingServer start(Path path, Path programs) throws IOException {
        Files.createDirectories(path);
        Files.createSymbolicLink(path.resolve(Folder.VERSION), programs);
        return init(path);
    }

    private static StandingServer init(Path path) throws IOException {
        var folder = Folder.at(path);
        var log = ServerLog.in(folder);
        var command = new Command(log, LIMIT);
        var account = Account.find(folder, command);
        command.run(
                account.running(
                        folder.program("initdb").toString(),
                        "--pgdata=" + folder.cluster(),
                        "--username=" + Cluster.SUPERUSER,
                        "--auth=trust",
                        "--encoding=UTF8",
                        "--locale=C"),
                "");
        Files.writeString(folder.cluster().resolve("postgresql.conf"), SETTINGS, StandardOpenOption.APPEND);
        var server = new StandingServer(folder, account, log);
        server.sql("create database " + Cluster.DATABASE);
        return server;
    }

    private Server launch() {
        return Server.start(folder, account, log, () -> port);
    }

    /** Where it listens whenever it runs. */
    public ConnectionDetails connection() {
        return new ConnectionDetails(server.host(), port, Cluster.DATABASE, Cluster.SUPERUSER, "any");
    }

    /** Where its data is. */
    public Path cluster() {
        return folder.cluster();
    }

    /** A program of the same version. */
    public String program(String name) {
        return folder.program(name).toString();
    }

    /** Runs a statement in the cluster's own database, beside the gateway's. */
    public void sql(String statement) {
        var url = "jdbc:postgresql://" + server.host() + ":" + port + "/postgres";
        try (var connection = DriverManager.getConnection(url, Cluster.SUPERUSER, "any");
                var sent = connection.createStatement()) {
            sent.execute(statement);
        } catch (SQLException e) {
            throw new IllegalStateException(statement, e);
        }
    }

    /** Stops it and waits until it is gone. */
    public void stop(Stop how) {
        try {
            var pid = Files.readAllLines(folder.cluster().resolve("postmaster.pid"))
                    .getFirst()
                    .strip();
            new Command(log, LIMIT).run(List.of("kill", "-" + how.signal, pid), "");
            if (!server.watchdog().waitFor(LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
                throw log.failure("PostgreSQL does not stop");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Starts it again on the same port. */
    public void startAgain() {
        server = launch();
    }

    @Override
    public void close() {
        if (server.watchdog().isAlive()) {
            stop(Stop.FAST);
        }
    }
}
