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

/** The cloud's credentials come from a file or a variable, and follow the file. */
class CloudCredentialsTest {
    private static final String PROJECT = "0123456789abcdef0123456789abcdef";
    private static final String BY_USER = "credentials: [{projects: [\"%s\"], user: u, password: %s, domain: d}]";

    @TempDir
    Path folder;

    private final Vertx vertx = Vertx.vertx();

    @AfterEach
    void close() {
        vertx.close();
    }

    @Test
    void a_changed_file_counts_within_seconds_and_a_broken_one_does_not() throws IOException {
        var file = Files.writeString(folder.resolve("credentials.yaml"), BY_USER.formatted(PROJECT, "one"));
        var credentials = new CloudCredentials(vertx, config(Map.of("upstream.credentials-file", file.toString())));
        assertThat(held(credentials)).isEqualTo(user("one"));

        Files.writeString(file, "credentials: nonsense");
        Awaitility.await()
                .during(Duration.ofMillis(1500))
                .atMost(Timeouts.CONDITION)
                .until(() -> held(credentials).equals(user("one")));

        Files.writeString(file, "credentials: [{projects: [\"%s\"], access_key: a, secret_key: s}]".formatted(PROJECT));
        Awaitility.await()
                .atMost(Timeouts.CONDITION)
                .until(() -> held(credentials).signsWrites());
    }

    @Test
    void a_variable_holds_the_same_document() {
        var credentials =
                new CloudCredentials(vertx, config(Map.of("upstream.credentials", BY_USER.formatted(PROJECT, "two"))));

        assertThat(held(credentials)).isEqualTo(user("two"));
        assertThatThrownBy(() -> credentials.require("other").await().atMost(Timeouts.CONDITION))
                .isInstanceOf(MissingCredentialException.class);
    }

    @Test
    void without_either_the_gateway_does_not_start() {
        assertThatThrownBy(() -> new CloudCredentials(vertx, config(Map.of())))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("upstream.credentials-file");
    }

    private static CloudCredential user(String password) {
        return new CloudCredential(new CloudCredential.IamUser("u", password, "d"), null);
    }

    private static CloudCredential held(CloudCredentials credentials) {
        return credentials.of(PROJECT).await().atMost(Timeouts.CONDITION).orElseThrow();
    }

    private static UpstreamConfig config(Map<String, String> values) {
        var cloud = Map.of(
                "upstream.modelarts.url", "http://localhost:1",
                "upstream.evs.url", "http://localhost:1",
                "upstream.iam.url", "http://localhost:1");
        return new SmallRyeConfigBuilder()
                .withSources(
                        new PropertiesConfigSource(cloud, "cloud", 100),
                        new PropertiesConfigSource(values, "test", 200))
                .withMapping(UpstreamConfig.class)
                .addDefaultInterceptors()
                .addDiscoveredConverters()
                .build()
                .getConfigMapping(UpstreamConfig.class);
    }
}
