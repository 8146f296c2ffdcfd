package dev.attachgateway.audit.command;

import dev.attachgateway.audit.seal.SealKeys;
import java.io.PrintStream;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Optional;
import java.util.Properties;

/**
 * The audit record of a database, read by nothing but JDBC: no gateway has to run, nor may it have to be trusted.
 *
 * @param url in the form of {@code storage.url}
 * @param properties user and password, where there are any
 * @param sealKeyFile as {@code audit.seal-key-file}
 */
public record AuditDatabase(String url, Properties properties, Optional<String> sealKeyFile) {
    /** What was asked was done, and nothing is wrong. */
    public static final int EXIT_OK = 0;

    /** The record is not as it was sealed. */
    public static final int EXIT_VERIFICATION_FAILED = 1;

    /** It could not be looked at. */
    public static final int EXIT_ERROR = 2;

    private static final String CONNECT_TIMEOUT_SECONDS = "10";
    private static final String SOCKET_TIMEOUT_SECONDS = "600";

    /** Does it, and gives back the status that the process is to end with. */
    public int run(AuditCommand command, PrintStream out, PrintStream err) {
        try (var connection = open()) {
            var keys = SealKeys.read(sealKeyFile);
            return switch (command) {
                case AuditCommand.Verify verify ->
                    new AuditVerification(connection, keys, out).run(verify.expectedHashes());
                case AuditCommand.Export export -> new AuditExport(connection, out).run(export);
            };
        } catch (SQLException | RuntimeException e) {
            err.println("The audit record could not be looked at: " + e.getMessage());
            return EXIT_ERROR;
        }
    }

    /** All is read as it was at one moment, however long that takes and whatever is written meanwhile. */
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
