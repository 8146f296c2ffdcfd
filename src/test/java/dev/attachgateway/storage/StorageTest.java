package dev.attachgateway.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.util.Map;
import org.eclipse.microprofile.config.Config;
import org.junit.jupiter.api.Test;

class StorageTest {
    @Test
    void a_production_gateway_without_storage_is_refused_and_told_what_to_say() {
        assertThatThrownBy(() -> StorageSelector.provide(config(Map.of()), StorageSelector.Choice.MUST_BE_SAID))
                .isInstanceOf(StorageUnavailableException.class)
                .hasMessageContainingAll("STORAGE_URL", "STORAGE=embedded");
    }

    @Test
    void a_choice_nobody_knows_is_refused_in_every_build() {
        Config config = config(Map.of("storage", "embeded"));
        for (StorageSelector.Choice unlessSaid : StorageSelector.Choice.values()) {
            assertThatThrownBy(() -> StorageSelector.provide(config, unlessSaid))
                    .isInstanceOf(StorageUnavailableException.class);
        }
    }

    @Test
    void a_given_url_starts_nothing_whatever_else_is_said() {
        Config config = config(Map.of("storage.url", "postgresql://db:5432/x", "storage", "embedded"));
        assertThat(StorageSelector.provide(config, StorageSelector.Choice.EMBEDDED))
                .isEmpty();
        assertThat(System.getProperty("storage.url")).isNull();
    }

    @Test
    void a_machine_the_programs_cannot_run_on_is_pointed_to_the_url() {
        assertThatThrownBy(() -> PostgresBinaries.requireSupported("Mac OS X", "aarch64"))
                .hasMessageContainingAll("Mac OS X", "aarch64", "storage.url");
        PostgresBinaries.requireSupported("Linux", "amd64");
    }

    private static Config config(Map<String, String> said) {
        return new SmallRyeConfigBuilder()
                .withSources(new PropertiesConfigSource(said, "said", 1))
                .build();
    }
}
