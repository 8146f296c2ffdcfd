package dev.attachgateway.database;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quarkus.runtime.configuration.ConfigurationException;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Proves that a time-out which would fail every statement is rejected. */
class DatabaseTimeoutTest {
    @ParameterizedTest
    @ValueSource(strings = {"PT0S", "PT-1S"})
    void a_timeout_that_is_not_positive_is_rejected(Duration timeout) {
        assertThatThrownBy(() -> DatabaseTimeout.validated(timeout))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("storage.timeout");
    }
}
