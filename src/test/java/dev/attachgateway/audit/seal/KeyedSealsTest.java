package dev.attachgateway.audit.seal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.attachgateway.audit.AuditFixture;
import dev.attachgateway.audit.AuditRetentionProfile;
import dev.attachgateway.audit.command.AuditDatabase;
import dev.attachgateway.schedule.JobScheduler;
import dev.attachgateway.testkit.EventWriter;
import dev.attachgateway.testkit.PostgresForTests;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.vertx.mutiny.sqlclient.Pool;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Seals with a key outside the database cannot be forged with write access to the database alone. */
@QuarkusTest
@TestProfile(AuditRetentionProfile.class)
@WithTestResource(PostgresForTests.class)
class KeyedSealsTest {
    private static final String FIRST = "a-secret-of-which-nobody-has-heard-1";
    private static final String SECOND = "a-secret-of-which-nobody-has-heard-2";

    @Inject
    Pool pool;

    @Inject
    JobScheduler scheduler;

    @TempDir
    Path folder;

    private AuditFixture auditFixture;

    @BeforeEach
    void open() throws SQLException {
        auditFixture = new AuditFixture();
        auditFixture.empty();
    }

    @AfterEach
    void close() throws SQLException {
        auditFixture.empty();
        auditFixture.close();
    }

    private Optional<String> file(String... secrets) throws IOException {
        var file = folder.resolve("keys");
        Files.write(file, List.of(secrets));
        return Optional.of(file.toString());
    }

    /** Seals two entries as a replica with these keys. */
    private void seal(Optional<String> keys) throws SQLException {
        AuditFixture.write(2);
        var config = new AuditConfig() {
            @Override
            public Duration sealInterval() {
                return Duration.ofHours(1);
            }

            @Override
            public int sealMaxEntries() {
                return AuditRetentionProfile.SEAL_MAX_ENTRIES;
            }

            @Override
            public Optional<String> sealKeyFile() {
                return keys;
            }

            @Override
            public Duration retention() {
                return Duration.ofDays(400);
            }
        };
        EventWriter.await(
                new SealJob(scheduler, pool, new SealMetrics(pool, new SimpleMeterRegistry()), config).sealAll());
    }

    private static void assertVerification(int status, Optional<String> keys, String... lines) {
        var output = AuditFixture.command(keys, "verify");
        assertThat(output.status()).as(output.text()).isEqualTo(status);
        assertThat(output.text()).contains(lines).doesNotContain("secret");
    }

    @Test
    void verification_needs_the_keys_of_all_seals() throws Exception {
        seal(Optional.empty());
        seal(file(FIRST));
        seal(file(SECOND));
        assertVerification(AuditDatabase.EXIT_OK, file(SECOND, FIRST), "seals 3, lines 6");
        assertVerification(
                AuditDatabase.EXIT_ERROR,
                file(SECOND),
                "seal 2 was made with the key " + new SealKey(FIRST).name()
                        + ", which audit.seal-key-file does not have");
        assertVerification(AuditDatabase.EXIT_ERROR, Optional.empty(), "which audit.seal-key-file does not have");
    }

    @Test
    void a_chain_rebuilt_without_the_key_is_found() throws Exception {
        seal(file(FIRST));
        seal(file(FIRST));
        seal(file(FIRST));
        auditFixture.run("update audit set subject = 'mallory' where id = 3");
        auditFixture.forge(2, null);
        assertVerification(
                AuditDatabase.EXIT_VERIFICATION_FAILED,
                file(FIRST),
                "- seal 2 was made without a key, and the one before with one",
                "- seal 3, the newest, was made without a key");
        auditFixture.forge(1, null);
        assertVerification(
                AuditDatabase.EXIT_VERIFICATION_FAILED, file(FIRST), "- seal 3, the newest, was made without a key");
        auditFixture.run("update audit_seal set key = '" + new SealKey(FIRST).name() + "'");
        assertVerification(
                AuditDatabase.EXIT_VERIFICATION_FAILED,
                file(FIRST),
                "- seal 1 does not match its hash",
                "- seal 3 does not match its hash");
    }

    @Test
    void a_chain_rebuilt_with_the_key_is_not_found() throws Exception {
        seal(file(FIRST));
        auditFixture.run("update audit set subject = 'mallory' where id = 1");
        auditFixture.forge(1, new SealKey(FIRST));
        assertVerification(AuditDatabase.EXIT_OK, file(FIRST), "seals 1, lines 2");
    }

    @Test
    void a_replica_without_the_key_does_not_continue_a_keyed_chain() throws Exception {
        seal(file(FIRST));
        assertThatThrownBy(() -> seal(Optional.empty())).hasMessageContaining("audit.seal-key-file is not set here");
        seal(file(FIRST));
        assertVerification(AuditDatabase.EXIT_OK, file(FIRST), "seals 3, lines 6");
    }

    @Test
    void an_unusable_key_file_is_rejected_without_disclosing_its_content() throws Exception {
        for (var unusable : List.of(file(), file("short-secret"), file(FIRST, "short-secret"))) {
            assertThatThrownBy(() -> SealKeys.read(unusable))
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageContaining("32 characters")
                    .message()
                    .doesNotContain("secret");
        }
        assertThatThrownBy(() -> SealKeys.read(Optional.of("/nowhere/keys")))
                .hasMessage("audit.seal-key-file /nowhere/keys cannot be read: NoSuchFileException.");
        assertThat(SealKeys.read(file(FIRST)).toString()).doesNotContain("secret");
    }
}
