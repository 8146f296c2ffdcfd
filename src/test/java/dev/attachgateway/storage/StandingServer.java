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

    private final DataDirectory dataDirectory;
    private final PostgresUser postgresUser;
    private final PostgresLog log;
    private final int port = PostgresServer.freePort();
    private PostgresServer server;

    private StandingServer(DataDirectory dataDirectory, PostgresUser postgresUser, PostgresLog log) {
        this.dataDirectory = dataDirectory;
        this.postgresUser = postgresUser;
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
        Files.createSymbolicLink(path.resolve(DataDirectory.VERSION), programs);
        return init(path);
    }

    private static StandingServer init(Path path) throws IOException {
        var dataDirectory = DataDirectory.at(path);
        var log = PostgresLog.in(dataDirectory);
        var command = new PostgresCommand(log, LIMIT);
        var postgresUser = PostgresUser.find(dataDirectory, command);
        command.run(
                postgresUser.running(
                        dataDirectory.program("initdb").toString(),
                        "--pgdata=" + dataDirectory.cluster(),
                        "--username=" + PostgresCluster.SUPERUSER,
                        "--auth=trust",
                        "--encoding=UTF8",
                        "--locale=C"),
                "");
        Files.writeString(dataDirectory.cluster().resolve("postgresql.conf"), SETTINGS, StandardOpenOption.APPEND);
        var server = new StandingServer(dataDirectory, postgresUser, log);
        server.sql("create database " + PostgresCluster.DATABASE);
        return server;
    }

    private PostgresServer launch() {
        return PostgresServer.start(dataDirectory, postgresUser, log, () -> port);
    }

    /** Where it listens whenever it runs. */
    public ConnectionDetails connection() {
        return new ConnectionDetails(server.host(), port, PostgresCluster.DATABASE, PostgresCluster.SUPERUSER, "any");
    }

    /** Where its data is. */
    public Path cluster() {
        return dataDirectory.cluster();
    }

    /** A program of the same version. */
    public String program(String name) {
        return dataDirectory.program(name).toString();
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

    /** Stops it and waits until it is gone. */
    public void stop(Stop how) {
        try {
            var pid = Files.readAllLines(dataDirectory.cluster().resolve("postmaster.pid"))
                    .getFirst()
                    .strip();
            new PostgresCommand(log, LIMIT).run(List.of("kill", "-" + how.signal, pid), "");
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
