package dev.attachgateway;

import static java.net.http.HttpResponse.BodyHandlers.ofString;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.attachgateway.testkit.Fork;
import dev.attachgateway.testkit.MachineRequirements;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The Dockerfile's stages, run without a container engine, produce a gateway that starts and becomes ready. */
class DockerfileIT {

    private static final Duration BUILD_TIMEOUT = Duration.ofMinutes(8);

    @TempDir
    Path folder;

    @Test
    void the_last_stage_starts_and_reports_started_and_live() throws Exception {
        MachineRequirements.command("sh");
        var http = Fork.freePort();
        var management = Fork.freePort();
        var builder = new ProcessBuilder(
                        "src/main/docker/run-stages",
                        "--run",
                        folder.resolve("stages").toString())
                .redirectInput(Path.of("/dev/null").toFile())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("log").toFile());
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        var grants = Files.writeString(folder.resolve("grants.yaml"), "grants: []\n");
        // The required settings of a production build; none of these services is contacted before the first request.
        builder.environment()
                .putAll(Map.of(
                        "STORAGE", "embedded",
                        "UPSTREAM_MODELARTS_URL", "http://localhost:1",
                        "UPSTREAM_EVS_URL", "http://localhost:1",
                        "UPSTREAM_IAM_URL", "http://localhost:1",
                        "UPSTREAM_CREDENTIALS", "credentials: []",
                        "ACCESS_ISSUERS_CORPORATE_URL", "http://localhost:1",
                        "ACCESS_GRANTS_FILE", grants.toString()));
        builder.environment().put("QUARKUS_HTTP_PORT", Integer.toString(http));
        builder.environment().put("QUARKUS_MANAGEMENT_PORT", Integer.toString(management));
        var gateway = builder.start();
        try {
            await().atMost(BUILD_TIMEOUT).pollInterval(Duration.ofMillis(250)).untilAsserted(() -> {
                assertThat(gateway.isAlive()).as(() -> log()).isTrue();
                assertThat(status(management, "/q/health/started")).isEqualTo(200);
            });
            assertThat(status(management, "/q/health/live")).isEqualTo(200);
            assertThat(status(http, "/sandbox/control"))
                    .as("a production image has no sandbox")
                    .isEqualTo(404);
            assertThat(folder.resolve("stages/last/app/src")).doesNotExist();
        } finally {
            end(gateway);
        }
    }

    private static void end(Process gateway) throws Exception {
        var descendants = gateway.descendants().toList();
        gateway.destroy();
        if (!gateway.waitFor(30, TimeUnit.SECONDS)) {
            gateway.destroyForcibly().waitFor();
        }
        // An interrupted build or a stopping database must not outlive the folder.
        descendants.forEach(ProcessHandle::destroy);
        for (var descendant : descendants) {
            descendant.onExit().get(30, TimeUnit.SECONDS);
        }
    }

    /** The status, or 0 while the port is closed. */
    private static int status(int port, String path) throws InterruptedException {
        try (var client = HttpClient.newHttpClient()) {
            var request = HttpRequest.newBuilder(URI.create("http://localhost:" + port + path))
                    .timeout(Duration.ofSeconds(5))
                    .build();
            return client.send(request, ofString()).statusCode();
        } catch (IOException _) {
            return 0;
        }
    }

    private String log() {
        try {
            return Files.readString(folder.resolve("log"));
        } catch (IOException e) {
            return e.toString();
        }
    }
}
