package dev.attachgateway.testkit;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quarkus.runtime.configuration.ConfigurationException;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.util.Map;
import java.util.function.Consumer;

/** What a gateway with a wrong setting says at its start. */
public final class Settings {
    private Settings() {}

    /**
     * Fails unless the reader refuses the setting, with a sentence that names it.
     *
     * @param type the mapping that has it; an issuer, which is required, is there
     */
    public static <T> void assertRefused(String setting, String value, Class<T> type, Consumer<T> reader) {
        var config = new SmallRyeConfigBuilder()
                .addDiscoveredConverters()
                .withDefaultValue("access.issuers.corp.url", "https://id.example.com")
                .withMapping(type)
                .withMappingIgnore("access.issuers.**")
                .withSources(new PropertiesConfigSource(Map.of(setting, value), "test", 500))
                .build()
                .getConfigMapping(type);
        assertThatThrownBy(() -> reader.accept(config))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining(setting.substring(setting.lastIndexOf('.') + 1));
    }
}
