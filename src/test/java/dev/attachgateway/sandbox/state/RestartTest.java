package dev.attachgateway.sandbox.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.attachgateway.sandbox.Sandbox;
import dev.attachgateway.sandbox.SandboxFixture;
import dev.attachgateway.sandbox.SandboxProcess;
import dev.attachgateway.sandbox.fault.RequestLog;
import dev.attachgateway.sandbox.http.CallKind;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Proves that the state of the sandbox survives a restart, a kill and a torn write. */
@Timeout(300)
class RestartTest {

    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @TempDir
    Path folder;

    private record Child(Process process, String url) {}

    private final List<Process> children = new ArrayList<>();

    @AfterEach
    void killChildren() {
        children.forEach(Process::destroyForcibly);
    }

    private Process spawn() throws Exception {
        Process process = new ProcessBuilder(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        SandboxProcess.class.getName(),
                        "--port=0",
                        "--folder=" + folder)
                .start();
        children.add(process);
        return process;
    }

    private Child child() throws Exception {
        Process process = spawn();
        BufferedReader lines = process.inputReader();
        String line = lines.readLine();
        assertThat(line).matches("sandbox listening on http://localhost:\\d+/sandbox");
        return new Child(process, line.substring(line.indexOf("http")));
    }

    private static String send(Child child, String method, String path, String body, String... headers)
            throws Exception {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(child.url() + path)).method(method, BodyPublishers.ofString(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return HTTP.send(request.build(), BodyHandlers.ofString()).body();
    }

    private static void kill(Child child) throws Exception {
        child.process().toHandle().destroyForcibly();
        assertThat(child.process().waitFor(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void kill_9_loses_no_effect_no_request_no_fault_and_no_token() throws Exception {
        Child first = child();
        String tokenBody = "{\"auth\":{\"identity\":{\"methods\":[\"password\"],\"password\":{\"user\":{\"name\":"
                + "\"gateway\",\"password\":\"gateway\",\"domain\":{\"name\":\"sandbox\"}}}},\"scope\":{\"project\":"
                + "{\"id\":\"" + SandboxFixture.P1 + "\"}}}}";
        String token = HTTP.send(
                        HttpRequest.newBuilder(URI.create(first.url() + "/iam/v3/auth/tokens"))
                                .POST(BodyPublishers.ofString(tokenBody))
                                .build(),
                        BodyHandlers.ofString())
                .headers()
                .firstValue("X-Subject-Token")
                .orElseThrow();
        send(first, "PUT", "/control/faults", "[{\"call\":\"attach\",\"when\":\"after\",\"kind\":\"drop\"}]");
        String attach = "/modelarts/v1/" + SandboxFixture.P1 + "/dev-servers/" + SandboxFixture.A3 + "/attachvolume";
        assertThatThrownBy(() -> send(
                        first,
                        "POST",
                        attach,
                        "{\"volume_id\":\"" + SandboxFixture.DISK + "\"}",
                        "X-Auth-Token",
                        token))
                .isInstanceOf(java.io.IOException.class);
        kill(first);

        Child second = child();
        var ledger = new JsonArray(send(second, "GET", "/control/ledger", ""));
        assertThat(ledger).hasSize(1);
        assertThat(ledger.getJsonObject(0).getString("volume_id")).isEqualTo(SandboxFixture.DISK);
        var requests = new JsonArray(send(second, "GET", "/control/requests", ""));
        assertThat(requests).hasSize(2);
        assertThat(requests.getJsonObject(0).getInteger("status")).isEqualTo(201);
        assertThat(requests.getJsonObject(1).getValue("status")).isNull();
        assertThat(new JsonArray(send(second, "GET", "/control/faults", ""))).hasSize(1);
        String operation = "/modelarts/v1/" + SandboxFixture.P1 + "/dev-servers/" + SandboxFixture.A3 + "/operation/"
                + ledger.getJsonObject(0).getString("operation_id");
        assertThat(send(second, "GET", operation, "", "X-Auth-Token", token)).contains("node_attach_volume");
        kill(second);
    }

    @Test
    void a_folder_is_locked_by_one_sandbox_at_a_time() throws Exception {
        var vertx = Vertx.vertx();
        try (Sandbox first = Sandbox.open(vertx, folder, "http://localhost:1")) {
            assertThat(first.router()).isNotNull();
            assertThatThrownBy(() -> Sandbox.router(vertx, folder, "http://localhost:1"))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("Another sandbox already uses the folder");
        }
        Sandbox.open(vertx, folder, "http://localhost:1").close();
        vertx.close().toCompletionStage().toCompletableFuture().get();
    }

    @Test
    void a_second_process_on_the_folder_exits_with_an_error_message() throws Exception {
        try (SandboxProcess.RunningServer first = listen()) {
            assertThat(first.url()).startsWith("http://localhost:");
            Process second = spawn();
            assertThat(second.waitFor(30, TimeUnit.SECONDS)).isTrue();
            assertThat(second.exitValue()).isEqualTo(1);
            assertThat(second.errorReader().lines())
                    .last()
                    .asString()
                    .contains("Another sandbox already uses the folder");
        }
    }

    private SandboxProcess.RunningServer listen() throws Exception {
        return SandboxProcess.listen("--port=0", "--folder=" + folder)
                .toCompletionStage()
                .toCompletableFuture()
                .get();
    }

    @Test
    void a_torn_last_line_is_dropped_and_the_next_one_is_complete() throws Exception {
        var directory = SandboxDirectory.acquire(folder);
        try (JsonLinesJournal journal = JsonLinesJournal.open(directory, "j")) {
            journal.replay(_ -> {});
            journal.append(new JsonObject().put("n", 1));
        }
        Files.writeString(folder.resolve("j"), "{\"n\":2,\"torn", StandardOpenOption.APPEND);
        try (JsonLinesJournal journal = JsonLinesJournal.open(directory, "j")) {
            journal.replay(line -> assertThat(line.getInteger("n")).isEqualTo(1));
            journal.append(new JsonObject().put("n", 3));
        }
        assertThat(Files.readString(folder.resolve("j"))).isEqualTo("{\"n\":1}\n{\"n\":3}\n");
        directory.close();
    }

    @Test
    void only_the_last_10000_reads_are_kept_and_displace_no_write() throws Exception {
        var directory = SandboxDirectory.acquire(folder);
        var receivedCall = new RequestLog.ReceivedCall(CallKind.SERVERS, SandboxFixture.P1, null, null);
        try (RequestLog requestLog = new RequestLog(directory)) {
            requestLog.recordArrival(
                    new RequestLog.ReceivedCall(CallKind.ATTACH, SandboxFixture.P1, null, null),
                    java.time.Instant.EPOCH);
            for (int i = 0; i < 10_001; i++) {
                requestLog.recordStatus(
                        requestLog.recordArrival(receivedCall, java.time.Instant.EPOCH.plusMillis(i)), 200);
            }
        }
        try (RequestLog requestLog = new RequestLog(directory)) {
            assertThat(requestLog.toJson(List.of("attach"))).hasSize(1);
            assertThat(requestLog.toJson(List.of("servers"))).hasSize(10_000);
            assertThat(requestLog.toJson(List.of()).getJsonObject(1).getString("at"))
                    .isEqualTo("1970-01-01T00:00:00.001Z");
            assertThat(Files.readAllLines(folder.resolve("requests.jsonl"))).hasSize(10_001);
        }
        directory.close();
    }
}
