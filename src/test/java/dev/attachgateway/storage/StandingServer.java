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

/** A PostgreSQL with a fixed port and programs of any version, which can be stopped in two ways and restarted. */
public final class StandingServer implements AutoCloseable {
    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final String SETTINGS = "max_connections = 200\n";

    /** How PostgreSQL is stopped (PostgreSQL, "Shutting Down the Server"). */
    public enum Stop {
        /** An orderly shutdown. */
        FAST("INT"),
        /** Without a checkpoint, as in a crash. */
        IMMEDIATE("QUIT");

        private final String signal;

        Stop(String signal) {
            this.signal = signal;
        }
    }

    private final DataDirectory dataDirectory;
    private final PostgresUser postgresUser;
    private final PostgresLog log;
    private final int port = PostgresServer.findFreePort();
    private PostgresServer server;

    private StandingServer(DataDirectory dataDirectory, PostgresUser postgresUser, PostgresLog log) {
        this.dataDirectory = dataDirectory;
        this.postgresUser = postgresUser;
        this.log = log;
        this.server = launch();
    }

    /** Creates a cluster in the folder with the gateway's own programs, and starts it. */
    public static StandingServer start(Path path) throws IOException {
        return init(Folders.withPrograms(path));
    }

    /** Creates and starts a cluster with other programs, whose {@code bin} folder is in {@code programs}. */
    public static StandingServer start(Path path, Path programs) throws IOException {
        Files.createDirectories(path);
        Files.createSymbolicLink(path.resolve(DataDirectory.POSTGRES_VERSION), programs);
        return init(path);
    }

    private static StandingServer init(Path path) throws IOException {
        var dataDirectory = DataDirectory.openOrCreate(path);
        var log = PostgresLog.of(dataDirectory);
        var command = new PostgresCommand(log, TIMEOUT);
        var postgresUser = PostgresUser.findUsable(dataDirectory, command);
        command.run(
                postgresUser.wrapCommand(
                        dataDirectory.programFile("initdb").toString(),
                        "--pgdata=" + dataDirectory.clusterDirectory(),
                        "--username=" + PostgresCluster.SUPERUSER,
                        "--auth=trust",
                        "--encoding=UTF8",
                        "--locale=C"),
                "");
        Files.writeString(
                dataDirectory.clusterDirectory().resolve("postgresql.conf"), SETTINGS, StandardOpenOption.APPEND);
        var server = new StandingServer(dataDirectory, postgresUser, log);
        server.sql("create database " + PostgresCluster.DATABASE);
        return server;
    }

    private PostgresServer launch() {
        return PostgresServer.start(dataDirectory, postgresUser, log, () -> port);
    }

    /** Address and login, the same after every restart. */
    public ConnectionDetails connection() {
        return new ConnectionDetails(server.host(), port, PostgresCluster.DATABASE, PostgresCluster.SUPERUSER, "any");
    }

    /** The data directory of the cluster. */
    public Path cluster() {
        return dataDirectory.clusterDirectory();
    }

    /** The path of a program of the same version. */
    public String program(String name) {
        return dataDirectory.programFile(name).toString();
    }

    /** Runs a statement in the cluster's own database, beside the gateway's. */
    public void sql(String statement) {
        var url = "jdbc:postgresql://" + server.host() + ":" + port + "/postgres";
        try (var connection = DriverManager.getConnection(url, PostgresCluster.SUPERUSER, "any");
                var sent = connection.createStatement()) {
            sent.execute(statement);
        } catch (SQLException e) {
            throw new IllegalStateException(statement, e);
        }
    }

    /** Stops the server and waits until it has ended. */
    public void stop(Stop mode) {
        try {
            var pid = Files.readAllLines(dataDirectory.clusterDirectory().resolve("postmaster.pid"))
                    .getFirst()
                    .strip();
            new PostgresCommand(log, TIMEOUT).run(List.of("kill", "-" + mode.signal, pid), "");
            if (!server.watchdog().waitFor(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)) {
                throw log.exceptionWithTail("PostgreSQL does not stop");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Restarts the server on the same port. */
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
