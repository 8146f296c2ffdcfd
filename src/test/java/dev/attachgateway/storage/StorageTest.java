package dev.attachgateway.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.util.Map;
import org.eclipse.microprofile.config.Config;
import org.junit.jupiter.api.Test;

/** The storage is selected from the configuration and the default of the build. */
class StorageTest {
    @Test
    void without_storage_settings_a_production_gateway_fails_and_names_the_settings() {
        assertThatThrownBy(() -> StorageSelector.prepare(config(Map.of()), StorageSelector.Default.NONE))
                .isInstanceOf(StorageUnavailableException.class)
                .hasMessageContainingAll("STORAGE_URL", "STORAGE=embedded");
    }

    @Test
    void an_unknown_storage_value_is_rejected_in_every_build() {
        Config config = config(Map.of("storage", "embeded"));
        for (var defaultStorage : StorageSelector.Default.values()) {
            assertThatThrownBy(() -> StorageSelector.prepare(config, defaultStorage))
                    .isInstanceOf(StorageUnavailableException.class);
        }
    }

    @Test
    void a_storage_url_takes_precedence_and_starts_no_server() {
        Config config = config(Map.of("storage.url", "postgresql://db:5432/x", "storage", "embedded"));
        assertThat(StorageSelector.prepare(config, StorageSelector.Default.EMBEDDED))
                .isEmpty();
        assertThat(System.getProperty("storage.url")).isNull();
    }

    @Test
    void an_unsupported_platform_is_rejected_with_a_hint_to_the_url() {
        assertThatThrownBy(() -> PostgresBinaries.requireSupportedPlatform("Mac OS X", "aarch64"))
                .hasMessageContainingAll("Mac OS X", "aarch64", "storage.url");
        PostgresBinaries.requireSupportedPlatform("Linux", "amd64");
    }

    private static Config config(Map<String, String> settings) {
        return new SmallRyeConfigBuilder()
                .withSources(new PropertiesConfigSource(settings, "test", 1))
                .build();
    }
}
