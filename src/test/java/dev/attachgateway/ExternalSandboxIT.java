package dev.attachgateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attachgateway.testkit.GatewayClient;
import dev.attachgateway.testkit.PackagedBuild;
import dev.attachgateway.testkit.RunningGateway;
import dev.attachgateway.testkit.RunningSandbox;
import dev.attachgateway.testkit.SandboxCloud;
import dev.attachgateway.testkit.Timeouts;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A gateway with {@code SANDBOX_URL} uses the sandbox of another process. */
class ExternalSandboxIT {
    private static final Duration TIMEOUT = Timeouts.CONDITION;

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"localhost", "127.0.0.1"})
    void the_gateway_has_no_sandbox_of_its_own_and_accepts_tokens_of_the_external_one(String host) {
        try (var sandbox = RunningSandbox.start(folder.resolve("cloud"), host);
                var running = RunningGateway.start(folder, Map.of("SANDBOX_URL", sandbox.url()))) {
            var gateway = new GatewayClient(running.url(), sandbox.url());
            assertThat(gateway.get("/sandbox/control/state").status()).isEqualTo(404);
            assertThat(folder.resolve("data/sandbox")).doesNotExist();
            assertAttaches(gateway, new SandboxCloud(sandbox.url()));
        }
    }

    @Test
    void another_spelling_of_the_sandbox_url_works() {
        try (var sandbox = RunningSandbox.start(folder.resolve("cloud"))) {
            var otherSpelling = sandbox.url().replace("localhost", "127.0.0.1") + "/sandbox/";
            try (var running = RunningGateway.start(folder, Map.of("SANDBOX_URL", otherSpelling))) {
                assertAttaches(new GatewayClient(running.url(), sandbox.url()), new SandboxCloud(sandbox.url()));
            }
        }
    }

    @Test
    void without_a_running_sandbox_the_gateway_starts_responds_503_and_recovers() {
        try (var sandbox = RunningSandbox.start(folder.resolve("cloud"))) {
            var token = new GatewayClient(sandbox.url()).token("team-1");
            sandbox.kill();
            try (var running = RunningGateway.start(folder, Map.of("SANDBOX_URL", sandbox.url()))) {
                var path = GatewayClient.operationPath(
                        GatewayClient.P1,
                        "3f0c9a52-6d1e-4b7a-9c84-2a5e7d10b6f3",
                        "3f0c9a52-6d1e-4b7a-9c84-2a5e7d10b6f3");
                var callers = new GatewayClient(running.url(), sandbox.url());
                var undecided = callers.get(path, "Authorization", "Bearer " + token);
                assertThat(undecided.status()).isEqualTo(503);
                assertThat(undecided.code()).isEqualTo("Gateway.AccessUndecided");
                assertThat(callers.get(path).status()).isEqualTo(401);

                sandbox.restart();
                Awaitility.await()
                        .atMost(TIMEOUT)
                        .untilAsserted(() -> assertThat(callers.get(path, "Authorization", "Bearer " + token)
                                        .status())
                                .isEqualTo(404));
                assertAttaches(callers, new SandboxCloud(sandbox.url()));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://localhost:8090/other", "localhost:8090"})
    void a_sandbox_url_that_is_no_origin_is_rejected_at_the_start(String url) {
        try (var running = RunningGateway.launch(PackagedBuild.SANDBOX, folder, Map.of("SANDBOX_URL", url))) {
            assertThat(running.process().exit(TIMEOUT)).isEqualTo(1);
            assertThat(running.process().said()).contains("sandbox.url is " + url + ", but must be an origin");
        }
    }

    static void assertAttaches(GatewayClient gateway, SandboxCloud cloud) {
        cloud.behaviour(Map.of("attach_ms", 200));
        var server = cloud.newServer();
        var disk = cloud.newVolume();
        var response = gateway.attach("team-1", GatewayClient.P1, server, disk);
        assertThat(response.status()).isEqualTo(200);
        Awaitility.await()
                .atMost(TIMEOUT)
                .until(() -> gateway.operation("team-1", GatewayClient.P1, server, response.operationId())
                        .text("operation_status")
                        .equals("success"));
        assertThat(cloud.effects(disk)).hasSize(1);
    }
}
