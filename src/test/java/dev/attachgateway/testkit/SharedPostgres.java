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
 * One PostgreSQL for all JVMs of a test run: the first that asks starts it, in a process of its own that ends with the run. It
 * keeps one migrated database, of which each test gets a copy.
 */
public final class SharedPostgres {
    static final String TEMPLATE = "migrated";
    private static final String PREFIX = "test_";
    private static final Path FOLDER = Path.of("target", "postgresql-for-tests").toAbsolutePath();
    private static final Path RUNNING = FOLDER.resolveSibling("postgresql-for-tests.json");
    private static final Duration STARTED_WITHIN = Duration.ofMinutes(3);
    private static final ObjectMapper JSON = new ObjectMapper();

    private SharedPostgres() {}

    /**
     * What its process tells about itself once it is ready.
     *
     * @param run the process id of the test run that it ends with
     */
    record Running(long run, String host, int port, String database, String username, String password) {
        ConnectionDetails connection(String name) {
            return new ConnectionDetails(host, port, name, username, password);
        }
    }

    /** A new database with all migrations applied and nothing else in it. */
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

    /** Removes a database that {@link #newDatabase} made. */
    public static void drop(ConnectionDetails database) {
        var server = new ConnectionDetails(
                database.host(), database.port(), "postgres", database.username(), database.password());
        try (var connection = PostgresForTests.open(server)) {
            run(connection, "drop database " + database.database() + " with (force)");
        } catch (SQLException e) {
            throw new IllegalStateException("the database of this run cannot be removed", e);
        }
    }

    /** The superuser's password, which must not be found in any log. */
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

    // One of an earlier run may still be ending: it is waited for, since the folder is its own until then.
    private static Running join() throws IOException {
        var run = run();
        var known = running().filter(server -> isAlive(server.run())).filter(SharedPostgres::accepts);
        if (known.isPresent()) {
            return known.get();
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
                .atMost(STARTED_WITHIN)
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
        } catch (SQLException gone) {
            return false;
        }
    }

    /** The process that started this JVM, past the shell between them: Maven, or a development environment. */
    private static long run() {
        var parent = ProcessHandle.current().parent();
        while (parent.flatMap(one -> one.info().command())
                .filter(command -> command.endsWith("sh"))
                .isPresent()) {
            parent = parent.flatMap(ProcessHandle::parent);
        }
        // An orphan's parent is the first process of the machine, and a server that ends with that one would stay.
        return parent.map(ProcessHandle::pid)
                .filter(pid -> pid != 1)
                .orElseThrow(() -> new IllegalStateException("the test run that this JVM belongs to has ended"));
    }

    /**
     * Starts the server, keeps it until the test run ends, and stops it.
     *
     * @param args the process id of the test run
     */
    public static void main(String... args) throws Exception {
        var run = ProcessHandle.of(Long.parseLong(args[0]));
        var postgres = start();
        var server = postgres.connection();
        try (var connection = PostgresForTests.open(server)) {
            if (!"400".equals(value(connection, "show max_connections"))) {
                // A crash of the machine may cost the data of these tests, and they need not wait for the disk.
                for (var setting :
                        List.of("max_connections = 400", "fsync = off", "full_page_writes = off", "jit = off")) {
                    run(connection, "alter system set " + setting);
                }
                postgres.close();
                postgres = start();
                server = postgres.connection();
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
                .atMost(STARTED_WITHIN)
                .pollDelay(Duration.ZERO)
                .ignoreExceptionsMatching(refused -> String.valueOf(refused).contains("in use by another"))
                .until(() -> EmbeddedPostgres.start(FOLDER), started -> true);
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
