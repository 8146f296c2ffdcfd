package dev.attachgateway.access.accesskey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.attachgateway.access.authentication.Caller;
import dev.attachgateway.configfile.ConfigFileSource;
import dev.attachgateway.configfile.InvalidConfigFileException;
import dev.attachgateway.testkit.Timeouts;
import io.quarkus.runtime.configuration.ConfigurationException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Proves how the access key file is parsed, and that the last valid version of it stays in force. */
class AccessKeysTest {
    private static final String SECRET = "marked-secret-0123456789";
    private static final String FILE = """
            keys:
              - access_key: KEY1
                secret_key: marked-secret-0123456789
                subject: pipeline
                groups: [attachers]
                not_after: 2027-01-31T12:00:00Z
              - access_key: KEY2
                secret_key: marked-secret-9876543210
                subject: pipeline
            """;

    @TempDir
    Path folder;

    @Test
    void a_key_authenticates_its_subject_until_it_expires() throws InvalidConfigFileException {
        var keys = read(FILE);
        var expiry = Instant.parse("2027-01-31T12:00:00Z");
        var key1 = Objects.requireNonNull(keys.keys().get("KEY1"));
        var key2 = Objects.requireNonNull(keys.keys().get("KEY2"));

        assertThat(key1.caller()).isEqualTo(new Caller("access-key", "pipeline", Set.of("attachers")));
        assertThat(key1.isExpired(expiry.minusMillis(1))).isFalse();
        assertThat(key1.isExpired(expiry)).isTrue();
        assertThat(key2.caller().groups()).isEmpty();
        assertThat(key2.isExpired(Instant.MAX)).isFalse();
        assertThat(keys + " " + key1).doesNotContain("marked-secret");
    }

    @ParameterizedTest(name = "{1}")
    @CsvSource(
            delimiter = '|',
            value = {
                "access_key: KEY2 | access_key: KEY1 | line 7: another key is named KEY1 already",
                "marked-secret-9876543210 | marked-secret-0123456789 | line 7: key KEY2 has the secret of another key",
                "marked-secret-9876543210 | marked-secret | line 7: key KEY2: secret_key has to be 16 characters or more",
                "marked-secret-9876543210 | 12345678901234567890 | line 7: the key has a value that is not text",
                "access_key: KEY2 | access_key: K, Y | line 7: access_key has to be",
                "subject: pipeline | extra: x, subject: pipeline | this is not valid YAML",
                "groups: [attachers] | group: [attachers] | line 2: the key has an unknown field",
                "groups: [attachers] | groups: [\" \"] | line 2: key KEY1: each of the groups needs a name",
                "2027-01-31T12:00:00Z | tomorrow | line 2: key KEY1: not_after is not an instant",
                "keys: | key: | line 1: the file must be a single list named keys",
                "secret_key: marked-secret-9876543210 | secret_key: marked-secret-9876543210: [ | this is not valid YAML",
                "secret_key: marked-secret-9876543210 | secret_key: \"marked-secret-9876543210 | this is not valid YAML"
            })
    void an_error_is_reported_with_its_line_and_without_secrets(String valid, String invalid, String message) {
        assertThatThrownBy(() -> read(FILE.replace(valid, invalid)))
                .isInstanceOf(InvalidConfigFileException.class)
                .hasMessageContaining(message)
                .message()
                .doesNotContain("marked-secret");
    }

    @Test
    void a_revocation_handle_is_revoked_by_the_removal_and_by_any_change_of_its_key() throws IOException {
        var file = write(FILE);
        var keys = open(file);
        var key1 = keys.revocationHandle(keys.find("KEY1").orElseThrow());
        var key2 = keys.revocationHandle(keys.find("KEY2").orElseThrow());
        var version = keys.version();

        write(FILE.replace("attachers", "viewers") + "\n");
        await().atMost(Timeouts.CONDITION).until(key1::isRevoked);
        assertThat(key2.isRevoked()).isFalse();
        assertThat(keys.version()).isNotEqualTo(version);

        write("keys: []\n");
        await().atMost(Timeouts.CONDITION).until(key2::isRevoked);
        assertThat(keys.find("KEY2")).isEmpty();
        keys.close();
    }

    @Test
    void a_file_that_becomes_invalid_or_readable_leaves_the_last_valid_keys_in_force() throws IOException {
        var file = write(FILE);
        var keys = open(file);

        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        await().atMost(Timeouts.CONDITION).until(keys::isBroken);
        assertThat(keys.find("KEY1")).isPresent();

        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        await().atMost(Timeouts.CONDITION).until(() -> !keys.isBroken());
        write("keys: [" + SECRET);
        await().atMost(Timeouts.CONDITION).until(keys::isBroken);
        assertThat(keys.find("KEY1")).isPresent();
        keys.close();
    }

    @Test
    void an_unusable_file_prevents_the_start_and_no_file_means_no_keys() throws IOException {
        var file = write(FILE);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
        assertThatThrownBy(() -> open(file))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("chmod 0400");

        assertThat(new AccessKeys(Optional.empty(), Duration.ofSeconds(1)).find("KEY1"))
                .isEmpty();
    }

    private Path write(String keys) throws IOException {
        var file = folder.resolve("keys.yaml");
        Files.writeString(file, keys);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        return file;
    }

    private static AccessKeys open(Path file) {
        return new AccessKeys(Optional.of(ConfigFileSource.secret(file.toString())), Duration.ofMillis(20));
    }

    private static AccessKeyList read(String file) throws InvalidConfigFileException {
        return AccessKeyList.read(file.getBytes(StandardCharsets.UTF_8));
    }
}
