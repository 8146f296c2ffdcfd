package dev.attachgateway.audit;

import dev.attachgateway.audit.command.AuditCommand;
import dev.attachgateway.audit.command.AuditDatabase;
import dev.attachgateway.audit.seal.AuditEntryDigest;
import dev.attachgateway.audit.seal.AuditQueries;
import dev.attachgateway.audit.seal.Seal;
import dev.attachgateway.audit.seal.SealHash;
import dev.attachgateway.audit.seal.SealKey;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.sql.Array;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import org.eclipse.microprofile.config.ConfigProvider;
import org.jspecify.annotations.Nullable;

/** Access to the audit log of the gateway under test with the triggers disabled, as a database administrator has it. */
public final class AuditFixture implements AutoCloseable {
    private final Connection connection;

    public AuditFixture() throws SQLException {
        connection = open();
        run("set session_replication_role = replica");
    }

    /** Exit status and output of a command. */
    public record CommandOutput(int status, String text) {}

    static String setting(String name) {
        return ConfigProvider.getConfig().getValue(name, String.class);
    }

    /** A connection with the triggers enabled. */
    public static Connection open() throws SQLException {
        return DriverManager.getConnection(
                "jdbc:" + setting("storage.url"), setting("storage.username"), setting("storage.password"));
    }

    /** Removes all entries and seals and resets the anchor. */
    public void empty() throws SQLException {
        run("truncate audit, audit_place, audit_seal restart identity");
        run("update audit_anchor set seal = 0, hash = decode(repeat('00', 32), 'hex'), sealed_at = null");
    }

    /** Writes entries as the gateway does. */
    public static void write(int count) throws SQLException {
        try (var gateway = open();
                var statement = gateway.createStatement()) {
            statement.execute("insert into audit (request_id, span_id, issuer, subject, action, project_id, server_id,"
                    + " volume_id, verdict, rule, client_address)"
                    + " select md5(n::text), 'b7ad6b7169203331', 'corp', 'alice', 'attach', 'p' || n % 2, 'ab', 'c',"
                    + " 'allowed', 'training', '192.0.2.1' from generate_series(1, " + count + ") n");
        }
    }

    public void run(String... statements) throws SQLException {
        try (var statement = connection.createStatement()) {
            for (var sql : statements) {
                statement.execute(sql);
            }
        }
    }

    public List<String> query(String sql) throws SQLException {
        var values = new ArrayList<String>();
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                values.add(rows.getString(1));
            }
        }
        return values;
    }

    /** Recomputes the digests and hashes of a seal and of all later ones, so that the chain is consistent again. */
    public void forge(long from, @Nullable SealKey key) throws SQLException {
        var numbers = query("select number from audit_seal where number >= " + from + " order by number");
        for (var number : numbers) {
            run("update audit_seal s set previous = p.hash from (select number, hash from audit_seal union all"
                    + " select seal, hash from audit_anchor) p where s.number = " + number
                    + " and p.number = s.number - 1");
            forgeSeal(number, key);
        }
    }

    /** Recomputes one seal only, without the later ones. */
    public void forgeSeal(String number, @Nullable SealKey key) throws SQLException {
        var digests = new ArrayList<String>();
        try (var statement = connection.createStatement();
                var lines = statement.executeQuery("select a.id, f.names, f.contents from audit_place p join audit a"
                        + " on a.id = p.line cross join " + AuditQueries.ENTRY_FIELDS + " where p.seal = " + number
                        + " order by p.place")) {
            while (lines.next()) {
                var digest = AuditEntryDigest.of(texts(lines.getArray(2)), texts(lines.getArray(3)));
                digests.add(digest);
                run("update audit_place set digest = decode('" + digest + "', 'hex') where line = " + lines.getLong(1));
            }
        }
        try (var statement = connection.createStatement();
                var row = statement.executeQuery("select " + AuditQueries.utcText("sealed_at")
                        + ", encode(previous, 'hex')" + " from audit_seal where number = " + number)) {
            row.next();
            var unhashed =
                    new Seal(Long.parseLong(number), row.getString(1), digests.size(), null, row.getString(2), "");
            var hash = SealHash.of(unhashed, key);
            digests.forEach(hash::add);
            run("update audit_seal set lines = " + digests.size() + ", hash = decode('" + hash.hex()
                    + "', 'hex'), key = " + (key == null ? "null" : "'" + key.name() + "'") + " where number = "
                    + number);
        }
    }

    private static List<String> texts(Array array) throws SQLException {
        return Arrays.asList((String[]) array.getArray());
    }

    /** Runs an audit command, with or without a key file. */
    public static CommandOutput command(Optional<String> keyFile, String... arguments) {
        var login = new Properties();
        login.put("user", setting("storage.username"));
        login.put("password", setting("storage.password"));
        var output = new ByteArrayOutputStream();
        var out = new PrintStream(output, true, StandardCharsets.UTF_8);
        var status = new AuditDatabase(setting("storage.url"), login, keyFile)
                .run(AuditCommand.parse(List.of(arguments)), out, out);
        return new CommandOutput(status, output.toString(StandardCharsets.UTF_8));
    }

    public static CommandOutput verify(String... options) {
        var arguments = new ArrayList<>(List.of("verify"));
        arguments.addAll(List.of(options));
        return command(Optional.empty(), arguments.toArray(String[]::new));
    }

    /** The checkpoint of a seal, as operators record it. */
    public String checkpoint(long number) throws SQLException {
        return query("select number || ':' || encode(hash, 'hex') from audit_seal where number = " + number)
                .getFirst();
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
