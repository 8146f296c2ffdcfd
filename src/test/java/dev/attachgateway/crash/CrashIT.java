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

/** One gateway that is killed, or told to stop, at each point of an operation's life, and is started again. */
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
    void killed_after_the_cloud_accepted_it_is_followed_to_its_end() throws Exception {
        try (var running = RunningGateway.start(folder, QUICK)) {
            var gateway = new GatewayClient(running.url());
            var cloud = new SandboxCloud(running.url());
            var attach = new Attach(gateway, cloud);
            cloud.behaviour(Map.of("stuck", true));
            try (var follower = attach.begun("following")) {
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
    void killed_between_intent_and_answer_it_takes_effect_once(boolean carriedOut) throws Exception {
        try (var sandbox = RunningSandbox.start(folder.resolve("cloud"));
                var running = RunningGateway.start(folder, with("SANDBOX_URL", sandbox.url()))) {
            killedWhileSending(
                    running,
                    new GatewayClient(running.url(), sandbox.url()),
                    new SandboxCloud(sandbox.url()),
                    carriedOut);
        }
    }

    @Test
    void killed_together_with_the_cloud_it_takes_effect_once() throws Exception {
        try (var running = RunningGateway.start(folder, QUICK)) {
            killedWhileSending(running, new GatewayClient(running.url()), new SandboxCloud(running.url()), true);
        }
    }

    private static void killedWhileSending(
            RunningGateway running, GatewayClient gateway, SandboxCloud cloud, boolean carriedOut) throws Exception {
        var attach = new Attach(gateway, cloud);
        var hang = Fault.kind("attach", "hang").times(1);
        cloud.faults(carriedOut ? hang.after() : hang);
        try (var follower = attach.begun("sending")) {
            Awaitility.await()
                    .atMost(Timeouts.CONDITION)
                    .until(() -> cloud.requests("attach", attach.disk).size() == 1);
            Awaitility.await()
                    .atMost(Timeouts.CONDITION)
                    .until(() -> cloud.effects(attach.disk).size() == (carriedOut ? 1 : 0));
            crash(running);
            follower.comeBack(gateway);
            follower.await("unsettled");

            var other = gateway.attach("team-2", P1, cloud.newServer(), attach.disk);
            assertThat(other.status()).isEqualTo(409);
            assertThat(cloud.requests("attach", attach.disk)).hasSize(1);
            follower.await("succeeded");
            // What was carried out is adopted; the other is sent again once the cloud can take the first no more.
            assertThat(cloud.requests("attach", attach.disk)).hasSize(carriedOut ? 1 : 2);
            assertThat(cloud.effects(attach.disk)).hasSize(1);
            follower.assertToldAll(written(running, attach));
        }
    }

    @Test
    void killed_before_the_intent_it_carries_on_and_sends_once() throws Exception {
        try (var running = RunningGateway.start(folder, QUICK)) {
            var gateway = new GatewayClient(running.url());
            var cloud = new SandboxCloud(running.url());
            var attach = new Attach(gateway, cloud);
            cloud.behaviour(Map.of("attach_ms", 500));
            cloud.faults(Fault.kind("server", "hang").server(attach.server).times(1));
            try (var follower = attach.begun("checking")) {
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
    void told_to_stop_it_ends_streams_and_database_at_once_and_finishes_its_operation_when_it_is_back()
            throws Exception {
        try (var running = RunningGateway.start(folder, QUICK)) {
            var gateway = new GatewayClient(running.url());
            var cloud = new SandboxCloud(running.url());
            var attach = new Attach(gateway, cloud);
            cloud.behaviour(Map.of("stuck", true));
            try (var follower = attach.begun("following")) {
                var bytes = attach.streamToItsLastByte();
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

        /** Sends it without waiting and follows it to a step. */
        Follower begun(String step) {
            var answer = gateway.attach("team-1", P1, server, disk, "Prefer", "respond-async");
            assertThat(answer.status()).isEqualTo(202);
            operation = answer.operationId();
            var follower = Follower.of(gateway, "team-1", P1, server, operation);
            follower.await(step);
            return follower;
        }

        /** Fails later when the connection is cut off before the answer is at its end. */
        CompletableFuture<String> streamToItsLastByte() {
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
