package dev.attachgateway.audit.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.attachgateway.audit.AuditFixture;
import dev.attachgateway.audit.AuditRetentionProfile;
import dev.attachgateway.audit.seal.SealJob;
import dev.attachgateway.testkit.EventWriter;
import dev.attachgateway.testkit.PostgresForTests;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The export has each entry as it was hashed, with its seal and position, so that other tools can verify it. */
@QuarkusTest
@TestProfile(AuditRetentionProfile.class)
@WithTestResource(PostgresForTests.class)
class AuditExportTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @Inject
    SealJob sealJob;

    private AuditFixture auditFixture;

    @BeforeEach
    void createSealedEntries() throws SQLException {
        auditFixture = new AuditFixture();
        auditFixture.empty();
        AuditFixture.write(4);
        auditFixture.run(
                "update audit set at = ('2026-01-0' || id || ' 12:00:00.123456Z')::timestamptz, subject = E'\"a\\n\u00e9'");
        EventWriter.await(sealJob.sealAll());
        AuditFixture.write(1);
    }

    @AfterEach
    void close() throws SQLException {
        auditFixture.empty();
        auditFixture.close();
    }

    private static List<JsonNode> export(String... options) throws Exception {
        var arguments = new ArrayList<>(List.of("export"));
        arguments.addAll(List.of(options));
        var output = AuditFixture.command(Optional.empty(), arguments.toArray(String[]::new));
        assertThat(output.status()).isEqualTo(AuditDatabase.EXIT_OK);
        var lines = new ArrayList<JsonNode>();
        for (var line : output.text().lines().toList()) {
            lines.add(JSON.readTree(line));
        }
        return lines;
    }

    private static List<String> ids(String... options) throws Exception {
        return export(options).stream().map(line -> line.path("id").asText()).toList();
    }

    @Test
    void each_line_has_its_seal_and_position_and_null_when_unsealed() throws Exception {
        assertThat(export().stream().map(line -> line.path("seal") + " " + line.path("place")))
                .containsExactly("1 1", "1 2", "1 3", "2 1", "null null");
        assertThat(export().getFirst().path("at").asText()).isEqualTo("2026-01-01T12:00:00.123456Z");
        assertThat(export().getFirst().has("reason")).isFalse();
    }

    @Test
    void the_export_is_filtered_by_time_and_project() throws Exception {
        assertThat(ids("--since", "2026-01-02T12:00:00.123456Z", "--until", "2026-01-04"))
                .containsExactly("2", "3");
        assertThat(ids("--project", "p1", "--until", "2026-02-01")).containsExactly("1", "3");
        assertThat(ids("--project", "P1", "--until", "2026-02-01")).containsExactly("1", "3");
        assertThat(ids("--since", "9999-01-01")).isEmpty();
    }

    /** Without the gateway's own code. */
    @Test
    void exported_digests_and_seals_can_be_recomputed_independently() throws Exception {
        var seal = new StringBuilder();
        seal.append(auditFixture
                        .query(
                                "select 'seal 1 ' || to_char(sealed_at at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')"
                                        + " || ' 3 - ' || encode(previous, 'hex') from audit_seal where number = 1")
                        .getFirst())
                .append('\n');
        for (var line : export("--until", "2026-01-04")) {
            var digest = sha256(canonical(line));
            assertThat(line.path("digest").asText()).isEqualTo(digest);
            seal.append(digest).append('\n');
        }
        assertThat(auditFixture.checkpoint(1))
                .isEqualTo("1:" + sha256(seal.toString().getBytes(StandardCharsets.UTF_8)));
    }

    private static byte[] canonical(JsonNode line) throws Exception {
        var fields = new TreeMap<String, String>();
        line.properties()
                .forEach(field -> fields.put(field.getKey(), field.getValue().asText()));
        fields.keySet().removeAll(Set.of("seal", "place", "digest"));
        var bytes = new ByteArrayOutputStream();
        for (var field : fields.entrySet()) {
            var content = field.getValue().getBytes(StandardCharsets.UTF_8);
            bytes.write((field.getKey() + " " + content.length + " ").getBytes(StandardCharsets.UTF_8));
            bytes.write(content);
            bytes.write('\n');
        }
        return bytes.toByteArray();
    }

    private static String sha256(byte[] bytes) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    }
}
