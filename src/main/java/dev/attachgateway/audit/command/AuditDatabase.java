package dev.attachgateway.audit.command;

import dev.attachgateway.audit.seal.SealKeys;
import java.io.PrintStream;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Optional;
import java.util.Properties;

/**
 * The audit log of a database, read over plain JDBC: no gateway has to run or be trusted.
 *
 * @param url in the form of {@code storage.url}
 * @param properties user and password, where there are any
 * @param sealKeyFile as {@code audit.seal-key-file}
 */
public record AuditDatabase(String url, Properties properties, Optional<String> sealKeyFile) {
    /** The command succeeded and found nothing wrong. */
    public static final int EXIT_OK = 0;

    /** The audit log does not match its seals. */
    public static final int EXIT_VERIFICATION_FAILED = 1;

    /** The command could not run to its end. */
    public static final int EXIT_ERROR = 2;

    private static final String CONNECT_TIMEOUT_SECONDS = "10";
    private static final String SOCKET_TIMEOUT_SECONDS = "600";

    /** Runs a command and returns the exit status of the process. */
    public int run(AuditCommand command, PrintStream out, PrintStream err) {
        try (var connection = open()) {
            var keys = SealKeys.read(sealKeyFile);
            return switch (command) {
                case AuditCommand.Verify verify ->
                    new AuditVerification(connection, keys, out).run(verify.expectedHashes());
                case AuditCommand.Export export -> new AuditExport(connection, out).run(export);
            };
        } catch (SQLException | RuntimeException e) {
            err.println("The audit log could not be read: " + e.getMessage());
            return EXIT_ERROR;
        }
    }

    /** Repeatable read: the command sees one snapshot, however long it takes and whatever is written meanwhile. */
    private Connection open() throws SQLException {
        var settings = new Properties();
        settings.putAll(properties);
        settings.put("connectTimeout", CONNECT_TIMEOUT_SECONDS);
        settings.put("socketTimeout", SOCKET_TIMEOUT_SECONDS);
        settings.put("ApplicationName", "attach-gateway audit");
        var connection = DriverManager.getConnection("jdbc:" + url, settings);
        connection.setReadOnly(true);
        connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
        connection.setAutoCommit(false);
        return connection;
    }
}
