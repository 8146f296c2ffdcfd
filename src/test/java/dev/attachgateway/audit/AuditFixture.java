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

/** The audit record of the gateway under test in the hands of whoever has the database: no trigger stops them. */
public final class AuditFixture implements AutoCloseable {
    private final Connection connection;

    public AuditFixture() throws SQLException {
        connection = open();
        run("set session_replication_role = replica");
    }

    /** What the command says. */
    public record Said(int status, String text) {}

    static String setting(String name) {
        return ConfigProvider.getConfig().getValue(name, String.class);
    }

    /** A connection like anybody's, whom triggers do stop. */
    public static Connection open() throws SQLException {
        return DriverManager.getConnection(
                "jdbc:" + setting("storage.url"), setting("storage.username"), setting("storage.password"));
    }

    /** No line, no seal, nothing removed. */
    public void empty() throws SQLException {
        run("truncate audit, audit_place, audit_seal restart identity");
        run("update audit_anchor set seal = 0, hash = decode(repeat('00', 32), 'hex'), sealed_at = null");
    }

    /** Writes lines as the gateway does. */
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
            for (var each : statements) {
                statement.execute(each);
            }
        }
    }

    public List<String> ask(String query) throws SQLException {
        var found = new ArrayList<String>();
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery(query)) {
            while (rows.next()) {
                found.add(rows.getString(1));
            }
        }
        return found;
    }

    /** Makes the digests of a seal's lines and all hashes from there on anew, so that nothing contradicts anything. */
    public void forge(long from, @Nullable SealKey key) throws SQLException {
        var numbers = ask("select number from audit_seal where number >= " + from + " order by number");
        for (var number : numbers) {
            run("update audit_seal s set previous = p.hash from (select number, hash from audit_seal union all"
                    + " select seal, hash from audit_anchor) p where s.number = " + number
                    + " and p.number = s.number - 1");
            forgeSeal(number, key);
        }
    }

    /** The same for one seal, which leaves what comes after it as it is. */
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
            var bare = new Seal(Long.parseLong(number), row.getString(1), digests.size(), null, row.getString(2), "");
            var hash = SealHash.of(bare, key);
            digests.forEach(hash::add);
            run("update audit_seal set lines = " + digests.size() + ", hash = decode('" + hash.hex()
                    + "', 'hex'), key = " + (key == null ? "null" : "'" + key.name() + "'") + " where number = "
                    + number);
        }
    }

    private static List<String> texts(Array array) throws SQLException {
        return Arrays.asList((String[]) array.getArray());
    }

    /** What {@code audit …} would say with a key file or without. */
    public static Said command(Optional<String> keyFile, String... words) {
        var entry = new Properties();
        entry.put("user", setting("storage.username"));
        entry.put("password", setting("storage.password"));
        var said = new ByteArrayOutputStream();
        var out = new PrintStream(said, true, StandardCharsets.UTF_8);
        var status = new AuditDatabase(setting("storage.url"), entry, keyFile)
                .run(AuditCommand.parse(List.of(words)), out, out);
        return new Said(status, said.toString(StandardCharsets.UTF_8));
    }

    public static Said verify(String... options) {
        var words = new ArrayList<>(List.of("verify"));
        words.addAll(List.of(options));
        return command(Optional.empty(), words.toArray(String[]::new));
    }

    /** What an operator would have noted of a seal. */
    public String mark(long number) throws SQLException {
        return ask("select number || ':' || encode(hash, 'hex') from audit_seal where number = " + number)
                .getFirst();
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
