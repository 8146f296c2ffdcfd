package dev.attachgateway.inventory;

import static dev.attachgateway.testkit.Settings.assertRefused;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A number with which nothing could be read is refused at the start. */
class InventorySettingsTest {
    @ParameterizedTest
    @CsvSource({
        "inventory.cache-ttl, -1s",
        "inventory.timeout, 0s",
        "inventory.max-scan, 0",
        "inventory.cache-max-entries, 0",
        "inventory.cache-max-bytes, 0"
    })
    void reads_have_room_and_time(String setting, String value) {
        assertRefused(setting, value, InventoryConfig.class, CloudReadCache::validateConfig);
    }
}
