package dev.attachgateway.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attachgateway.testkit.Needs;
import dev.attachgateway.testkit.Secrets;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What the tests of classes, which ran before, left behind: each of their answers and events was looked through as it came,
 * their databases when they ended, and their log is now.
 */
class SuiteSecretsIT {
    @BeforeEach
    void need() {
        Needs.that(Files.exists(Secrets.LOG), "the tests of classes have to run before, as they do in verify");
    }

    @Test
    void no_secret_of_theirs_is_in_their_log() throws IOException {
        var used = Secrets.used(Files.readString(Path.of("target", "postgresql-for-tests", "password"))
                .strip());
        assertThat(used.secrets()).as("secrets to look for").hasSizeGreaterThan(10);
        var lines = 0;
        try (var log = Files.newBufferedReader(Secrets.LOG)) {
            for (var line = log.readLine(); line != null; line = log.readLine()) {
                assertThat(Secrets.in(line, used)).isEmpty();
                lines++;
            }
        }
        assertThat(lines).as("lines looked through").isGreaterThan(100);
    }

    @Test
    void none_is_in_their_databases() {
        assertThat(Secrets.found()).as("forgotten by: mvnw clean").isEmpty();
        assertThat(Secrets.rows()).as("rows looked through").isGreaterThan(100);
    }
}
