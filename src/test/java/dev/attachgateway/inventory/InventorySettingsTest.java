package dev.attachgateway.inventory;

import static dev.attachgateway.testkit.Settings.assertRefused;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Inventory settings outside their bounds are rejected at startup. */
class InventorySettingsTest {
    @ParameterizedTest
    @CsvSource({
        "inventory.cache-ttl, -1s",
        "inventory.timeout, 0s",
        "inventory.max-scan, 0",
        "inventory.cache-max-entries, 0",
        "inventory.cache-max-bytes, 0"
    })
    void settings_outside_their_bounds_are_rejected(String setting, String value) {
        assertRefused(setting, value, InventoryConfig.class, CloudReadCache::validateConfig);
    }
}
