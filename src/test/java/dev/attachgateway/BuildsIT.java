package dev.attachgateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attachgateway.testkit.Fork;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The two shipped builds have the storage defaults that they document; each runs in its own process and working
 * directory.
 */
class BuildsIT {
    private static final Path PRODUCTION = Path.of("target", "quarkus-app", "quarkus-run.jar");
    private static final Path SANDBOX = Path.of("target", "sandbox-app", "quarkus-run.jar");

    @TempDir
    Path directory;

    @Test
    void a_production_build_refuses_to_start_without_storage() throws Exception {
        assertRefusesToStart(Map.of());
    }

    @Test
    void a_profile_set_at_start_gives_a_production_build_no_embedded_storage() throws Exception {
        assertRefusesToStart(Map.of("QUARKUS_PROFILE", "sandbox"));
    }

    @Test
    void a_sandbox_build_starts_without_settings_writes_to_data_and_stops_its_postgresql() throws Exception {
        String management = Integer.toString(Fork.freePort());
        Process gateway = start(
                SANDBOX,
                Map.of("QUARKUS_HTTP_PORT", Integer.toString(Fork.freePort()), "QUARKUS_MANAGEMENT_PORT", management),
                Path.of("output"));
        try {
            Awaitility.await().atMost(Duration.ofMinutes(2)).ignoreExceptions().until(() -> isReady(management));
            gateway.destroy();
            assertThat(gateway.waitFor(60, TimeUnit.SECONDS)).isTrue();
        } finally {
            gateway.destroyForcibly();
        }
        assertThat(directory.toFile().list()).containsExactlyInAnyOrder("data", "output");
        assertThat(directory.resolve("data/postgresql/cluster/postmaster.pid")).doesNotExist();
        assertThat(Files.readString(directory.resolve("data/postgresql/postgresql.log")))
                .contains("database system is shut down");
    }

    private void assertRefusesToStart(Map<String, String> environment) throws Exception {
        Process gateway = start(PRODUCTION, environment, Path.of("output"));
        try {
            assertThat(gateway.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(gateway.exitValue()).isEqualTo(2);
            assertThat(Files.readAllLines(directory.resolve("output")))
                    .singleElement()
                    .asString()
                    .contains("No storage is given", "STORAGE_URL", "STORAGE=embedded");
        } finally {
            gateway.destroyForcibly();
        }
    }

    private Process start(Path jar, Map<String, String> environment, Path output) throws IOException {
        var java = Path.of(System.getProperty("java.home"), "bin", "java");
        var builder = new ProcessBuilder(
                        List.of(java.toString(), "-jar", jar.toAbsolutePath().toString()))
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve(output).toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("STORAGE") || name.startsWith("QUARKUS"));
        builder.environment().putAll(environment);
        return builder.start();
    }

    private static boolean isReady(String port) throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            var request = HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/q/health/ready"));
            return client.send(request.build(), BodyHandlers.ofString()).statusCode() == 200;
        }
    }
}
