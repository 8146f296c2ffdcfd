package dev.attachgateway.testkit;

import dev.attachgateway.storage.ConnectionDetails;
import dev.attachgateway.storage.EmbeddedPostgres;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The gateway's own PostgreSQL for {@code @QuarkusTest}, which does not run its main: one cluster for all runs, because
 * making one takes a second, and a database of its own for each start of the application.
 */
public final class PostgresForTests implements QuarkusTestResourceLifecycleManager {
    private static final String PREFIX = "test_";
    private @Nullable EmbeddedPostgres postgres;
    private @Nullable ConnectionDetails own;

    @Override
    public Map<String, String> start() {
        EmbeddedPostgres started = EmbeddedPostgres.start(Path.of("target", "postgresql-for-tests"));
        postgres = started;
        ConnectionDetails server = started.connection();
        String database = PREFIX + Long.toUnsignedString(System.nanoTime(), Character.MAX_RADIX);
        try (Connection connection = open(server);
                Statement statement = connection.createStatement()) {
            for (String old : databasesOfEarlierRuns(statement)) {
                statement.execute("DROP DATABASE " + old + " WITH (FORCE)");
            }
            statement.execute("CREATE DATABASE " + database);
        } catch (SQLException e) {
            throw new IllegalStateException("no database for this run", e);
        }
        own = new ConnectionDetails(server.host(), server.port(), database, server.username(), server.password());
        // Free ports, since the usual ones may be a neighbour's; chosen here because URLs are made from them at start.
        return Map.of(
                "quarkus.http.test-port", Integer.toString(freePort()),
                "quarkus.management.test-port", Integer.toString(freePort()),
                "storage.url", "postgresql://" + server.host() + ":" + server.port() + "/" + database,
                "storage.username", server.username(),
                "storage.password", server.password());
    }

    /** A JDBC connection, for tests that look at what is in a database. */
    public static Connection open(ConnectionDetails server) throws SQLException {
        return DriverManager.getConnection("jdbc:" + server.url(), server.username(), server.password());
    }

    private static List<String> databasesOfEarlierRuns(Statement statement) throws SQLException {
        List<String> names = new ArrayList<>();
        try (ResultSet found =
                statement.executeQuery("SELECT datname FROM pg_database WHERE datname LIKE '" + PREFIX + "%'")) {
            while (found.next()) {
                names.add(found.getString(1));
            }
        }
        return names;
    }

    @Override
    public void stop() {
        if (postgres != null) {
            if (own != null) {
                lookInto(own);
            }
            postgres.close();
        }
    }

    private static void lookInto(ConnectionDetails database) {
        try (Connection connection = open(database)) {
            Secrets.lookInto(connection);
        } catch (SQLException e) {
            throw new IllegalStateException("the database of this run could not be looked through", e);
        }
    }

    private static int freePort() {
        try (var socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
