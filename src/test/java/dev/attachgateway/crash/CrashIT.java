package dev.attachgateway.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attachgateway.testkit.Follower;
import dev.attachgateway.testkit.GatewayClient;
import dev.attachgateway.testkit.ReceivedEvent;
import dev.attachgateway.testkit.RunningGateway;
import dev.attachgateway.testkit.RunningSandbox;
import dev.attachgateway.testkit.SandboxCloud;
import dev.attachgateway.testkit.SandboxCloud.Fault;
import dev.attachgateway.testkit.Timeouts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Proves that an operation has exactly one effect and complete events when its gateway is killed or stopped at any step
 * and restarted.
 */
class CrashIT {
    private static final String P1 = GatewayClient.P1;

    /** The same proportions as in production, in seconds. */
    static final Map<String, String> QUICK = Map.of(
            "OPERATION_LEASE", "2S",
            "OPERATION_SEND_TIMEOUT", "1S",
            "UPSTREAM_CONNECT_TIMEOUT", "1S",
            "UPSTREAM_ANSWER_TIMEOUT", "4S");

    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @TempDir
    Path folder;

    @Test
    void an_operation_accepted_by_the_cloud_completes_after_a_kill() throws Exception {
        try (var running = RunningGateway.start(folder, QUICK)) {
            var gateway = new GatewayClient(running.url());
            var cloud = new SandboxCloud(running.url());
            var attach = new Attach(gateway, cloud);
            cloud.behaviour(Map.of("stuck", true));
            try (var follower = attach.startedUntil("following")) {
                assertThat(cloud.effects(attach.disk)).hasSize(1);
                crash(running);
                cloud.behaviour(Map.of("stuck", false, "attach_ms", 0));
                follower.comeBack(gateway);
                follower.await("succeeded");
                follower.assertToldAll(written(running, attach));
            }
            assertThat(cloud.effects(attach.disk)).hasSize(1);
            assertThat(cloud.requests("attach", attach.disk)).hasSize(1);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void a_write_in_flight_at_a_kill_has_one_effect(boolean executed) throws Exception {
        try (var sandbox = RunningSandbox.start(folder.resolve("cloud"));
                var running = RunningGateway.start(folder, with("SANDBOX_URL", sandbox.url()))) {
            killedWhileSending(
                    running,
                    new GatewayClient(running.url(), sandbox.url()),
                    new SandboxCloud(sandbox.url()),
                    executed);
        }
    }

    @Test
    void a_write_in_flight_when_gateway_and_cloud_are_killed_has_one_effect() throws Exception {
        try (var running = RunningGateway.start(folder, QUICK)) {
            killedWhileSending(running, new GatewayClient(running.url()), new SandboxCloud(running.url()), true);
        }
    }

    private static void killedWhileSending(
            RunningGateway running, GatewayClient gateway, SandboxCloud cloud, boolean executed) throws Exception {
        var attach = new Attach(gateway, cloud);
        var hang = Fault.kind("attach", "hang").times(1);
        cloud.faults(executed ? hang.after() : hang);
        try (var follower = attach.startedUntil("sending")) {
            Awaitility.await()
                    .atMost(Timeouts.CONDITION)
                    .until(() -> cloud.requests("attach", attach.disk).size() == 1);
            Awaitility.await()
                    .atMost(Timeouts.CONDITION)
                    .until(() -> cloud.effects(attach.disk).size() == (executed ? 1 : 0));
            crash(running);
            follower.comeBack(gateway);
            follower.await("unsettled");

            var other = gateway.attach("team-2", P1, cloud.newServer(), attach.disk);
            assertThat(other.status()).isEqualTo(409);
            assertThat(cloud.requests("attach", attach.disk)).hasSize(1);
            follower.await("succeeded");
            // An executed write is adopted; the other is resent once the cloud no longer accepts the first.
            assertThat(cloud.requests("attach", attach.disk)).hasSize(executed ? 1 : 2);
            assertThat(cloud.effects(attach.disk)).hasSize(1);
            follower.assertToldAll(written(running, attach));
        }
    }

    @Test
    void an_operation_killed_before_sending_continues_and_sends_once() throws Exception {
        try (var running = RunningGateway.start(folder, QUICK)) {
            var gateway = new GatewayClient(running.url());
            var cloud = new SandboxCloud(running.url());
            var attach = new Attach(gateway, cloud);
            cloud.behaviour(Map.of("attach_ms", 500));
            cloud.faults(Fault.kind("server", "hang").server(attach.server).times(1));
            try (var follower = attach.startedUntil("checking")) {
                Awaitility.await()
                        .atMost(Timeouts.CONDITION)
                        .until(() -> cloud.requests().stream()
                                .anyMatch(call -> call.path("call").asText().equals("server")
                                        && call.path("server_id").asText().equals(attach.server)));
                crash(running);
                assertThat(cloud.requests("attach", attach.disk)).isEmpty();
                follower.comeBack(gateway);
                follower.await("succeeded");
                follower.assertToldAll(written(running, attach));
            }
            assertThat(cloud.effects(attach.disk)).hasSize(1);
            assertThat(cloud.requests("attach", attach.disk)).hasSize(1);
        }
    }

    @Test
    void a_stop_ends_streams_and_database_and_a_restart_finishes_the_operation() throws Exception {
        try (var running = RunningGateway.start(folder, QUICK)) {
            var gateway = new GatewayClient(running.url());
            var cloud = new SandboxCloud(running.url());
            var attach = new Attach(gateway, cloud);
            cloud.behaviour(Map.of("stuck", true));
            try (var follower = attach.startedUntil("following")) {
                var bytes = attach.readStreamToEnd();
                running.process().terminate();
                assertThat(running.process().exit(Duration.ofSeconds(10))).isZero();
                assertThat(bytes).succeedsWithin(Timeouts.CONDITION);
                assertThat(running.postgres().processes()).isEmpty();
                running.restart();
                cloud.behaviour(Map.of("stuck", false, "attach_ms", 0));
                follower.comeBack(gateway);
                follower.await("succeeded");
                follower.assertToldAll(written(running, attach));
            }
            assertThat(cloud.effects(attach.disk)).hasSize(1);
        }
    }

    /** An attach of a new disk to a new server, by the first team. */
    private static final class Attach {
        private final GatewayClient gateway;
        private final String server;
        private final String disk;
        private String operation = "";

        Attach(GatewayClient gateway, SandboxCloud cloud) {
            this.gateway = gateway;
            this.server = cloud.newServer();
            this.disk = cloud.newVolume();
        }

        /** Sends the attach without waiting and follows it to a step. */
        Follower startedUntil(String step) {
            var response = gateway.attach("team-1", P1, server, disk, "Prefer", "respond-async");
            assertThat(response.status()).isEqualTo(202);
            operation = response.operationId();
            var follower = Follower.of(gateway, "team-1", P1, server, operation);
            follower.await(step);
            return follower;
        }

        /** Reads the stream to its end; the future fails when the connection is closed before the end of the body. */
        CompletableFuture<String> readStreamToEnd() {
            var request = HttpRequest.newBuilder(
                            URI.create(gateway.url() + GatewayClient.operationPath(P1, server, operation)))
                    .headers(gateway.withToken("team-1", "Accept", "text/event-stream"))
                    .build();
            var head = HTTP.sendAsync(request, BodyHandlers.ofInputStream()).join();
            assertThat(head.statusCode()).isEqualTo(200);
            return CompletableFuture.supplyAsync(
                    () -> {
                        try (var body = head.body()) {
                            return new String(body.readAllBytes(), StandardCharsets.UTF_8);
                        } catch (IOException e) {
                            throw new UncheckedIOException(e);
                        }
                    },
                    task -> Thread.ofVirtual().start(task));
        }
    }

    private static void crash(RunningGateway gateway) {
        assertThat(gateway.postgres().processes()).isNotEmpty();
        gateway.kill();
        gateway.postgres().awaitEnd();
        gateway.restart();
    }

    private static List<ReceivedEvent> written(RunningGateway gateway, Attach attach) throws Exception {
        try (var database = gateway.postgres().open()) {
            return ReceivedEvent.written(database, attach.operation);
        }
    }

    private static Map<String, String> with(String name, String value) {
        var settings = new HashMap<>(QUICK);
        settings.put(name, value);
        return settings;
    }
}
