package dev.attachgateway.audit.seal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.attachgateway.audit.AuditFixture;
import dev.attachgateway.audit.AuditRetentionProfile;
import dev.attachgateway.audit.command.AuditDatabase;
import dev.attachgateway.testkit.EventWriter;
import dev.attachgateway.testkit.PostgresForTests;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.vertx.core.Vertx;
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

/** Seals that are made with a key which the database does not have. */
@QuarkusTest
@TestProfile(AuditRetentionProfile.class)
@WithTestResource(PostgresForTests.class)
class KeyedSealsTest {
    private static final String FIRST = "a-secret-of-which-nobody-has-heard-1";
    private static final String SECOND = "a-secret-of-which-nobody-has-heard-2";

    @Inject
    Pool pool;

    @Inject
    Vertx vertx;

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

    /** A replica that was told these keys. */
    private void seal(Optional<String> keys) throws SQLException {
        AuditFixture.write(2);
        var config = new AuditConfig() {
            @Override
            public Duration sealInterval() {
                return Duration.ofHours(1);
            }

            @Override
            public int sealMaxEntries() {
                return AuditRetentionProfile.LINES;
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
        EventWriter.await(new SealJob(vertx, pool, new SealMetrics(pool, new SimpleMeterRegistry()), config).sealAll());
    }

    private static void assertSays(int status, Optional<String> keys, String... what) {
        var said = AuditFixture.command(keys, "verify");
        assertThat(said.status()).as(said.text()).isEqualTo(status);
        assertThat(said.text()).contains(what).doesNotContain("secret");
    }

    @Test
    void whoever_has_no_key_can_prove_nothing_and_whoever_has_all_of_them_everything() throws Exception {
        seal(Optional.empty());
        seal(file(FIRST));
        seal(file(SECOND));
        assertSays(AuditDatabase.EXIT_OK, file(SECOND, FIRST), "seals 3, lines 6");
        assertSays(
                AuditDatabase.EXIT_ERROR,
                file(SECOND),
                "seal 2 was made with the key " + new SealKey(FIRST).name()
                        + ", which audit.seal-key-file does not have");
        assertSays(AuditDatabase.EXIT_ERROR, Optional.empty(), "which audit.seal-key-file does not have");
    }

    @Test
    void a_chain_that_was_made_anew_by_someone_without_the_key_is_found() throws Exception {
        seal(file(FIRST));
        seal(file(FIRST));
        seal(file(FIRST));
        auditFixture.run("update audit set subject = 'mallory' where id = 3");
        auditFixture.forge(2, null);
        assertSays(
                AuditDatabase.EXIT_VERIFICATION_FAILED,
                file(FIRST),
                "- seal 2 was made without a key, and the one before with one",
                "- seal 3, the newest, was made without a key");
        auditFixture.forge(1, null);
        assertSays(AuditDatabase.EXIT_VERIFICATION_FAILED, file(FIRST), "- seal 3, the newest, was made without a key");
        auditFixture.run("update audit_seal set key = '" + new SealKey(FIRST).name() + "'");
        assertSays(
                AuditDatabase.EXIT_VERIFICATION_FAILED, file(FIRST), "- seal 1 does not fit", "- seal 3 does not fit");
    }

    @Test
    void whoever_has_the_key_as_well_can_make_it_anew() throws Exception {
        seal(file(FIRST));
        auditFixture.run("update audit set subject = 'mallory' where id = 1");
        auditFixture.forge(1, new SealKey(FIRST));
        assertSays(AuditDatabase.EXIT_OK, file(FIRST), "seals 1, lines 2");
    }

    @Test
    void a_replica_that_was_not_told_the_key_does_not_go_on_without() throws Exception {
        seal(file(FIRST));
        assertThatThrownBy(() -> seal(Optional.empty())).hasMessageContaining("audit.seal-key-file is not set here");
        seal(file(FIRST));
        assertSays(AuditDatabase.EXIT_OK, file(FIRST), "seals 3, lines 6");
    }

    @Test
    void a_file_without_a_usable_key_is_refused_and_its_content_is_not_told() throws Exception {
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
