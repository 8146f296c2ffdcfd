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

/** The two builds as they are shipped, each in a process and a working directory of its own. */
class BuildsIT {
    private static final Path PRODUCTION = Path.of("target", "quarkus-app", "quarkus-run.jar");
    private static final Path SANDBOX = Path.of("target", "sandbox-app", "quarkus-run.jar");

    @TempDir
    Path directory;

    @Test
    void a_production_build_refuses_to_start_without_storage() throws Exception {
        assertRefused(Map.of());
    }

    @Test
    void a_profile_given_at_start_does_not_lend_a_production_build_embedded_storage() throws Exception {
        assertRefused(Map.of("QUARKUS_PROFILE", "sandbox"));
    }

    @Test
    void a_sandbox_build_starts_as_it_is_with_all_files_in_data_and_leaves_a_stopped_server() throws Exception {
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

    private void assertRefused(Map<String, String> environment) throws Exception {
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
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        ProcessBuilder builder = new ProcessBuilder(
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
