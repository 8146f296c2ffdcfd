package dev.attachgateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attachgateway.testkit.GatewayClient;
import dev.attachgateway.testkit.RunningGateway;
import dev.attachgateway.testkit.RunningSandbox;
import dev.attachgateway.testkit.SandboxCloud;
import dev.attachgateway.testkit.SandboxCloud.Fault;
import dev.attachgateway.testkit.Timeouts;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An orderly stop leaves no request of unknown outcome, and a frozen database delays no caller beyond its wait. */
class StopIT {
    private static final String SIGSTOP = "-STOP";
    private static final String SIGCONT = "-CONT";

    @TempDir
    Path folder;

    @Test
    void a_stop_waits_for_the_clouds_response_to_a_request_in_flight() throws Exception {
        try (var sandbox = RunningSandbox.start(folder.resolve("sandbox"));
                var running = RunningGateway.start(
                        folder.resolve("gateway"), Map.of("SANDBOX_URL", sandbox.url(), "OPERATION_LEASE", "2S"))) {
            var cloud = new SandboxCloud(sandbox.url());
            var gateway = new GatewayClient(running.url(), sandbox.url());
            var server = cloud.newServer();
            var disk = cloud.newVolume();
            cloud.faults(Fault.delay("attach", Duration.ofSeconds(2)).after().disk(disk));
            var id = gateway.attach("team-1", GatewayClient.P1, server, disk, "Prefer", "respond-async")
                    .operationId();
            Awaitility.await()
                    .atMost(Timeouts.CONDITION)
                    .until(() -> cloud.effects(disk).size() == 1);

            running.process().terminate();
            running.process().exit(Duration.ofSeconds(20));
            running.restart();

            Awaitility.await()
                    .atMost(Timeouts.CONDITION)
                    .until(() -> new GatewayClient(running.url(), sandbox.url())
                            .operation("team-1", GatewayClient.P1, server, id)
                            .text("operation_status")
                            .equals("success"));
            assertThat(cloud.requests("attach", disk)).hasSize(1);
        }
    }

    @Test
    void a_frozen_database_delays_no_caller_beyond_its_wait() throws Exception {
        try (var running = RunningGateway.start(folder, Map.of())) {
            var cloud = new SandboxCloud(running.url());
            var gateway = new GatewayClient(running.url());
            var server = cloud.newServer();
            var disk = cloud.newVolume();
            var id = gateway.attach("team-1", GatewayClient.P1, server, cloud.newVolume())
                    .operationId();
            var frozen = running.postgres().processes();
            signal(SIGSTOP, frozen);
            try {
                var read = gateway.operation("team-1", GatewayClient.P1, server, id);
                assertThat(read.status()).isEqualTo(503);
                assertThat(read.code()).isEqualTo("Gateway.StorageUnavailable");

                var attach = gateway.attach("team-1", GatewayClient.P1, server, disk, "Prefer", "wait=1");
                assertThat(attach.status()).isEqualTo(503);
                assertThat(attach.code()).isEqualTo("Gateway.ReservationUnknown");
                assertThat(attach.text("operation_id")).isNotEmpty();
            } finally {
                signal(SIGCONT, frozen);
            }
            Awaitility.await()
                    .atMost(Timeouts.CONDITION)
                    .until(() -> gateway.operation("team-1", GatewayClient.P1, server, id)
                            .text("operation_status")
                            .equals("success"));
        }
    }

    private static void signal(String name, List<ProcessHandle> processes) throws Exception {
        for (var process : processes) {
            new ProcessBuilder("kill", name, Long.toString(process.pid()))
                    .start()
                    .waitFor();
        }
    }
}
