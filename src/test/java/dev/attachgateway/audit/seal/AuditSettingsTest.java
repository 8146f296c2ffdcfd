package dev.attachgateway.audit.seal;

import static dev.attachgateway.testkit.Settings.assertRefused;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A number with which nothing would be sealed is refused at the start. */
class AuditSettingsTest {
    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "10001"})
    void a_seal_is_over_some_lines(String lines) {
        assertRefused("audit.seal-max-entries", lines, AuditConfig.class, SealJob::check);
    }
}
