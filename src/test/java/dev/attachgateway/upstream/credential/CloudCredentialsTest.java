package dev.attachgateway.upstream.credential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.attachgateway.testkit.Timeouts;
import dev.attachgateway.upstream.http.UpstreamConfig;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Proves that the cloud credentials are read from a file or a variable, and that changes of the file are followed. */
class CloudCredentialsTest {
    private static final String PROJECT = "0123456789abcdef0123456789abcdef";
    private static final String USER_CREDENTIALS =
            "credentials: [{projects: [\"%s\"], user: u, password: %s, domain: d}]";

    @TempDir
    Path folder;

    private final Vertx vertx = Vertx.vertx();

    @AfterEach
    void close() {
        vertx.close();
    }

    @Test
    void a_changed_file_is_reloaded_within_seconds_and_an_invalid_one_is_ignored() throws IOException {
        var file = Files.writeString(folder.resolve("credentials.yaml"), USER_CREDENTIALS.formatted(PROJECT, "one"));
        var credentials = new CloudCredentials(vertx, config(Map.of("upstream.credentials-file", file.toString())));
        assertThat(credential(credentials)).isEqualTo(user("one"));

        Files.writeString(file, "credentials: nonsense");
        Awaitility.await()
                .during(Duration.ofMillis(1500))
                .atMost(Timeouts.CONDITION)
                .until(() -> credential(credentials).equals(user("one")));

        Files.writeString(file, "credentials: [{projects: [\"%s\"], access_key: a, secret_key: s}]".formatted(PROJECT));
        Awaitility.await()
                .atMost(Timeouts.CONDITION)
                .until(() -> credential(credentials).signsWrites());
    }

    @Test
    void credentials_can_be_given_as_a_variable() {
        var credentials = new CloudCredentials(
                vertx, config(Map.of("upstream.credentials", USER_CREDENTIALS.formatted(PROJECT, "two"))));

        assertThat(credential(credentials)).isEqualTo(user("two"));
        assertThatThrownBy(() -> credentials.require("other").await().atMost(Timeouts.CONDITION))
                .isInstanceOf(MissingCredentialException.class);
    }

    @Test
    void without_credentials_the_gateway_does_not_start() {
        assertThatThrownBy(() -> new CloudCredentials(vertx, config(Map.of())))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("upstream.credentials-file");
    }

    private static CloudCredential user(String password) {
        return new CloudCredential(new CloudCredential.IamUser("u", password, "d"), null);
    }

    private static CloudCredential credential(CloudCredentials credentials) {
        return credentials.find(PROJECT).await().atMost(Timeouts.CONDITION).orElseThrow();
    }

    private static UpstreamConfig config(Map<String, String> values) {
        var endpoints = Map.of(
                "upstream.modelarts.url", "http://localhost:1",
                "upstream.evs.url", "http://localhost:1",
                "upstream.iam.url", "http://localhost:1");
        return new SmallRyeConfigBuilder()
                .withSources(
                        new PropertiesConfigSource(endpoints, "endpoints", 100),
                        new PropertiesConfigSource(values, "test", 200))
                .withMapping(UpstreamConfig.class)
                .addDefaultInterceptors()
                .addDiscoveredConverters()
                .build()
                .getConfigMapping(UpstreamConfig.class);
    }
}
