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
 * The unit and component tests, which ran before, leaked no secret: their responses and events were scanned as they came,
 * their databases when they ended, and their log is scanned here.
 */
class SuiteSecretsIT {
    @BeforeEach
    void requireLogs() throws IOException {
        MachineRequirements.that(
                !Secrets.logs().isEmpty(), "the tests of classes have to run before, as they do in verify");
    }

    @Test
    void no_secret_is_in_the_log_of_the_test_run() throws IOException {
        var used = Secrets.used(SharedPostgres.password());
        assertThat(used.secrets()).as("secrets to search for").hasSizeGreaterThan(10);
        var lines = 0;
        for (var file : Secrets.logs()) {
            try (var log = Files.newBufferedReader(file)) {
                for (var line = log.readLine(); line != null; line = log.readLine()) {
                    assertThat(Secrets.in(line, used)).isEmpty();
                    lines++;
                }
            }
        }
        assertThat(lines).as("lines scanned").isGreaterThan(100);
    }

    @Test
    void no_secret_is_in_the_databases_of_the_test_run() {
        assertThat(Secrets.found()).as("cleared by: mvnw clean").isEmpty();
        assertThat(Secrets.rows()).as("rows scanned").isGreaterThan(100);
    }
}
