package dev.attachgateway.testkit;

import dev.attachgateway.storage.ConnectionDetails;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A database, ports and a folder for the sandbox for each start of the application in {@code @QuarkusTest}, which does not run
 * the gateway's main.
 */
public final class PostgresForTests implements QuarkusTestResourceLifecycleManager {
    private @Nullable ConnectionDetails database;

    @Override
    public Map<String, String> start() {
        var own = SharedPostgres.newDatabase();
        database = own;
        // Free ports, since the usual ones may be a neighbour's; chosen here because URLs are made from them at start.
        return Map.of(
                "quarkus.http.test-port", Integer.toString(Fork.freePort()),
                "quarkus.management.test-port", Integer.toString(Fork.freePort()),
                "sandbox.folder", Fork.file("sandbox").toString(),
                "storage.url", own.url(),
                "storage.username", own.username(),
                "storage.password", own.password());
    }

    /** A JDBC connection, for tests that look at what is in a database. */
    public static Connection open(ConnectionDetails server) throws SQLException {
        return DriverManager.getConnection("jdbc:" + server.url(), server.username(), server.password());
    }

    @Override
    public void stop() {
        if (database != null) {
            lookInto(database);
            SharedPostgres.drop(database);
        }
    }

    private static void lookInto(ConnectionDetails database) {
        try (Connection connection = open(database)) {
            Secrets.lookInto(connection);
        } catch (SQLException e) {
            throw new IllegalStateException("the database of this run could not be looked through", e);
        }
    }
}
