package dev.attachgateway.inventory;

import static dev.attachgateway.testkit.Settings.assertRefused;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A number with which nothing could be read is refused at the start. */
class InventorySettingsTest {
    @ParameterizedTest
    @CsvSource({
        "inventory.fresh, -1s",
        "inventory.within, 0s",
        "inventory.list-most, 0",
        "inventory.cache-entries, 0",
        "inventory.cache-bytes, 0"
    })
    void reads_have_room_and_time(String setting, String value) {
        assertRefused(setting, value, InventoryConfig.class, CloudReadCache::validateConfig);
    }
}
