package dev.attachgateway.testkit;

import dev.attachgateway.storage.ConnectionDetails;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Provides a database, ports and a sandbox folder for each start of the application in {@code @QuarkusTest}, which does not
 * run the gateway's main class.
 */
public final class PostgresForTests implements QuarkusTestResourceLifecycleManager {
    private @Nullable ConnectionDetails database;

    @Override
    public Map<String, String> start() {
        var newDatabase = SharedPostgres.newDatabase();
        database = newDatabase;
        // The default ports may be in use by another JVM; chosen here because the application builds URLs from them.
        return Map.of(
                "quarkus.http.test-port", Integer.toString(Fork.freePort()),
                "quarkus.management.test-port", Integer.toString(Fork.freePort()),
                "sandbox.folder", Fork.file("sandbox").toString(),
                "storage.url", newDatabase.url(),
                "storage.username", newDatabase.username(),
                "storage.password", newDatabase.password());
    }

    /** A JDBC connection, for tests that inspect a database. */
    public static Connection open(ConnectionDetails server) throws SQLException {
        return DriverManager.getConnection("jdbc:" + server.url(), server.username(), server.password());
    }

    @Override
    public void stop() {
        if (database != null) {
            scanForSecrets(database);
            SharedPostgres.drop(database);
        }
    }

    private static void scanForSecrets(ConnectionDetails database) {
        try (Connection connection = open(database)) {
            Secrets.scan(connection);
        } catch (SQLException e) {
            throw new IllegalStateException("the database of this run could not be scanned for secrets", e);
        }
    }
}
