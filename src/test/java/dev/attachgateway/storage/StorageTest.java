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
        assertThatThrownBy(() -> Storage.provide(config(Map.of()), Storage.Choice.MUST_BE_SAID))
                .isInstanceOf(StorageUnavailable.class)
                .hasMessageContainingAll("STORAGE_URL", "STORAGE=embedded");
    }

    @Test
    void a_choice_nobody_knows_is_refused_in_every_build() {
        Config config = config(Map.of("storage", "embeded"));
        for (Storage.Choice unlessSaid : Storage.Choice.values()) {
            assertThatThrownBy(() -> Storage.provide(config, unlessSaid)).isInstanceOf(StorageUnavailable.class);
        }
    }

    @Test
    void a_given_url_starts_nothing_whatever_else_is_said() {
        Config config = config(Map.of("storage.url", "postgresql://db:5432/x", "storage", "embedded"));
        assertThat(Storage.provide(config, Storage.Choice.EMBEDDED)).isEmpty();
        assertThat(System.getProperty("storage.url")).isNull();
    }

    @Test
    void a_machine_the_programs_cannot_run_on_is_pointed_to_the_url() {
        assertThatThrownBy(() -> Binaries.requireSupported("Mac OS X", "aarch64"))
                .hasMessageContainingAll("Mac OS X", "aarch64", "storage.url");
        Binaries.requireSupported("Linux", "amd64");
    }

    private static Config config(Map<String, String> said) {
        return new SmallRyeConfigBuilder()
                .withSources(new PropertiesConfigSource(said, "said", 1))
                .build();
    }
}
