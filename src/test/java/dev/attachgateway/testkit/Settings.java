package dev.attachgateway.testkit;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quarkus.runtime.configuration.ConfigurationException;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.util.Map;
import java.util.function.Consumer;

/** Assertions about the rejection of invalid settings at startup. */
public final class Settings {
    private Settings() {}

    /**
     * Fails unless the reader rejects the setting with a message that names it.
     *
     * @param type the configuration mapping of the setting; the required issuer is configured
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
