package dev.attachgateway.audit.seal;

import static dev.attachgateway.testkit.Settings.assertRefused;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Audit settings with which nothing could be sealed are rejected at the start. */
class AuditSettingsTest {
    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "10001"})
    void a_seal_size_outside_1_to_10000_is_rejected(String entries) {
        assertRefused("audit.seal-max-entries", entries, AuditConfig.class, SealJob::check);
    }
}
