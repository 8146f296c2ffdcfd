package dev.attachgateway.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attachgateway.testkit.MachineRequirements;
import dev.attachgateway.testkit.Secrets;
import dev.attachgateway.testkit.SharedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What the tests of classes, which ran before, left behind: each of their answers and events was looked through as it came,
 * their databases when they ended, and their log is now.
 */
class SuiteSecretsIT {
    @BeforeEach
    void need() throws IOException {
        MachineRequirements.that(
                !Secrets.logs().isEmpty(), "the tests of classes have to run before, as they do in verify");
    }

    @Test
    void no_secret_of_theirs_is_in_their_log() throws IOException {
        var used = Secrets.used(SharedPostgres.password());
        assertThat(used.secrets()).as("secrets to look for").hasSizeGreaterThan(10);
        var lines = 0;
        for (var file : Secrets.logs()) {
            try (var log = Files.newBufferedReader(file)) {
                for (var line = log.readLine(); line != null; line = log.readLine()) {
                    assertThat(Secrets.in(line, used)).isEmpty();
                    lines++;
                }
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
