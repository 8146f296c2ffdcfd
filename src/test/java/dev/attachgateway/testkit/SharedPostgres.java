package dev.attachgateway.testkit;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.attachgateway.storage.ConnectionDetails;
import dev.attachgateway.storage.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.flywaydb.core.Flyway;

/**
 * One PostgreSQL for all JVMs of a test run: the first JVM that needs it starts it in its own process, which ends with the
 * run. It keeps one migrated database, of which each test gets a copy.
 */
public final class SharedPostgres {
    static final String TEMPLATE = "migrated";
    private static final String PREFIX = "test_";
    private static final Path FOLDER = Path.of("target", "postgresql-for-tests").toAbsolutePath();
    private static final Path RUNNING = FOLDER.resolveSibling("postgresql-for-tests.json");
    private static final Duration START_TIMEOUT = Duration.ofMinutes(3);
    private static final ObjectMapper JSON = new ObjectMapper();

    private SharedPostgres() {}

    /**
     * The data that its process writes once it is ready.
     *
     * @param run the process id of the test run with which it ends
     */
    record Running(long run, String host, int port, String database, String username, String password) {
        ConnectionDetails connection(String name) {
            return new ConnectionDetails(host, port, name, username, password);
        }
    }

    /** A new database with all migrations applied and no data. */
    public static ConnectionDetails newDatabase() {
        var running = Fork.exclusively("postgresql-for-tests", SharedPostgres::join);
        var name = PREFIX + ProcessHandle.current().pid() + "_"
                + Long.toUnsignedString(System.nanoTime(), Character.MAX_RADIX);
        try (var connection = PostgresForTests.open(running.connection("postgres"))) {
            run(connection, "create database " + name + " template " + TEMPLATE);
        } catch (SQLException e) {
            throw new IllegalStateException("no database for this run", e);
        }
        return running.connection(name);
    }

    /** Drops a database created by {@link #newDatabase}. */
    public static void drop(ConnectionDetails database) {
        var server = new ConnectionDetails(
                database.host(), database.port(), "postgres", database.username(), database.password());
        try (var connection = PostgresForTests.open(server)) {
            run(connection, "drop database " + database.database() + " with (force)");
        } catch (SQLException e) {
            throw new IllegalStateException("the database of this run cannot be removed", e);
        }
    }

    /** The superuser's password, which must not occur in any log. */
    public static String password() {
        return running().map(Running::password).orElseThrow();
    }

    private static Optional<Running> running() {
        try {
            return Files.exists(RUNNING)
                    ? Optional.of(JSON.readValue(Files.readString(RUNNING), Running.class))
                    : Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    // A server of an earlier run may still be shutting down: it locks the folder until it has ended.
    private static Running join() throws IOException {
        var run = run();
        var existing = running().filter(server -> isAlive(server.run())).filter(SharedPostgres::accepts);
        if (existing.isPresent()) {
            return existing.get();
        }
        Files.deleteIfExists(RUNNING);
        var log = FOLDER.resolveSibling("postgresql-for-tests.log");
        var process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-Xmx64m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        SharedPostgres.class.getName(),
                        Long.toString(run))
                .redirectInput(Path.of("/dev/null").toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
        Awaitility.await("PostgreSQL for the tests, see " + log)
                .atMost(START_TIMEOUT)
                .pollDelay(Duration.ZERO)
                .until(() -> Files.exists(RUNNING) || !process.isAlive());
        return running().orElseThrow(() -> new IllegalStateException("PostgreSQL for the tests ended, see " + log));
    }

    private static boolean isAlive(long pid) {
        return ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isPresent();
    }

    private static boolean accepts(Running server) {
        try (var connection = PostgresForTests.open(server.connection("postgres"))) {
            return connection.isValid(10);
        } catch (SQLException _) {
            return false;
        }
    }

    /** The id of the process that started this JVM, Maven or an IDE; shells in between are skipped. */
    private static long run() {
        var parent = ProcessHandle.current().parent();
        while (parent.flatMap(process -> process.info().command())
                .filter(command -> command.endsWith("sh"))
                .isPresent()) {
            parent = parent.flatMap(ProcessHandle::parent);
        }
        // The parent of an orphan is process 1, and a server that ends with process 1 would never end.
        return parent.map(ProcessHandle::pid)
                .filter(pid -> pid != 1)
                .orElseThrow(() -> new IllegalStateException("the test run that this JVM belongs to has ended"));
    }

    /**
     * Starts the server and stops it once the test run has ended.
     *
     * @param args the process id of the test run
     */
    public static void main(String... args) throws Exception {
        var run = ProcessHandle.of(Long.parseLong(args[0]));
        var postgres = start();
        var server = postgres.connectionDetails();
        try (var connection = PostgresForTests.open(server)) {
            if (!"400".equals(value(connection, "show max_connections"))) {
                // The data may be lost in a crash of the machine, so writes need not wait for the disk.
                for (var setting :
                        List.of("max_connections = 400", "fsync = off", "full_page_writes = off", "jit = off")) {
                    run(connection, "alter system set " + setting);
                }
                postgres.close();
                postgres = start();
                server = postgres.connectionDetails();
            }
        }
        prepare(server);
        var running = new Running(
                Long.parseLong(args[0]),
                server.host(),
                server.port(),
                server.database(),
                server.username(),
                server.password());
        var unfinished = RUNNING.resolveSibling(RUNNING.getFileName() + ".unfinished");
        Files.writeString(unfinished, JSON.writeValueAsString(running));
        Files.move(unfinished, RUNNING, StandardCopyOption.ATOMIC_MOVE);
        if (run.isPresent()) {
            run.get().onExit().join();
        }
        postgres.close();
    }

    private static EmbeddedPostgres start() {
        return Awaitility.await("the folder of an earlier run is free again")
                .atMost(START_TIMEOUT)
                .pollDelay(Duration.ZERO)
                .ignoreExceptionsMatching(failure -> String.valueOf(failure).contains("in use by another"))
                .until(() -> EmbeddedPostgres.start(FOLDER), _ -> true);
    }

    private static void prepare(ConnectionDetails server) throws SQLException {
        try (var connection = PostgresForTests.open(server)) {
            for (var old : databases(connection)) {
                run(connection, "drop database " + old + " with (force)");
            }
            run(connection, "create database " + TEMPLATE);
        }
        var template =
                new ConnectionDetails(server.host(), server.port(), TEMPLATE, server.username(), server.password());
        Flyway.configure()
                .dataSource("jdbc:" + template.url(), server.username(), server.password())
                .load()
                .migrate();
    }

    private static List<String> databases(Connection connection) throws SQLException {
        var names = new ArrayList<String>();
        try (var statement = connection.createStatement();
                var found = statement.executeQuery("select datname from pg_database where datname = '" + TEMPLATE
                        + "' or datname like '" + PREFIX + "%'")) {
            while (found.next()) {
                names.add(found.getString(1));
            }
        }
        return names;
    }

    private static String value(Connection connection, String query) throws SQLException {
        try (var statement = connection.createStatement();
                var found = statement.executeQuery(query)) {
            found.next();
            return found.getString(1);
        }
    }

    private static void run(Connection connection, String sql) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
