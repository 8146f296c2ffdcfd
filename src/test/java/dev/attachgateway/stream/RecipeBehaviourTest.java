package dev.attachgateway.stream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.attachgateway.testkit.Recipe;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Proves that the documented clients handle each response that a gateway or a proxy may give. */
@Timeout(300)
class RecipeBehaviourTest {
    private static final long SLACK_MS = 5;

    @TempDir
    Path folder;

    private final Deque<Reply> replies = new ArrayDeque<>();
    private final List<Request> requests = Collections.synchronizedList(new ArrayList<>());
    private HttpServer server;

    private record Reply(int status, int retryAfter, String body, String newToken) {
        static Reply of(int status) {
            return new Reply(status, 0, "", "");
        }

        static Reply later(int status, int seconds) {
            return new Reply(status, seconds, "", "");
        }

        static Reply stream(String body) {
            return new Reply(200, 0, body, "");
        }
    }

    private record Request(long atMs, String token, String last) {}

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::respond);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.start();
        Files.writeString(folder.resolve("token"), "first");
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private synchronized void respond(HttpExchange exchange) throws IOException {
        var headers = exchange.getRequestHeaders();
        requests.add(new Request(
                System.nanoTime() / 1_000_000,
                headers.getFirst("Authorization"),
                String.valueOf(headers.getFirst("Last-Event-ID"))));
        var reply = replies.size() > 1 ? replies.remove() : replies.element();
        if (!reply.newToken().isEmpty()) {
            Files.writeString(folder.resolve("token"), reply.newToken());
        }
        if (reply.retryAfter() > 0) {
            exchange.getResponseHeaders().set("Retry-After", Integer.toString(reply.retryAfter()));
        }
        var body = reply.body().getBytes(UTF_8);
        exchange.sendResponseHeaders(reply.status(), body.length > 0 ? 0 : -1);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    private Recipe.Running run(Recipe recipe) {
        return recipe.start(
                folder, "http://localhost:" + server.getAddress().getPort() + "/v1/p/dev-servers/operations");
    }

    @ParameterizedTest
    @EnumSource
    void a_client_obeys_retry_delays_and_resumes_with_its_last_event_id(Recipe recipe) throws Exception {
        var one = "{\"operation_id\":\"one\"}";
        var other = "{\"operation_id\":\"other\"}";
        replies.add(Reply.stream(
                "retry: 300\n\nid: a-1\nevent: operation\ndata: " + one + "\n\n:\n\nid: a-2\nevent: operation\nda"));
        replies.add(Reply.later(503, 2));
        replies.add(new Reply(401, 0, "", "second"));
        replies.add(Reply.later(429, 3));
        replies.add(Reply.stream("id: a-2\nevent: operation\ndata: " + other + "\n\nid: a-7\n\n"));
        replies.add(Reply.of(204));
        try (var client = run(recipe)) {
            assertThat(client.exit()).as(client.complaint()).isZero();
            assertThat(client.told()).containsExactly("operation " + one, "operation " + other);
        }
        assertThat(requests.stream().map(Request::last)).containsExactly("null", "a-1", "a-1", "a-1", "a-1", "a-7");
        assertThat(requests.stream().map(Request::token))
                .containsExactly(
                        "Bearer first",
                        "Bearer first",
                        "Bearer first",
                        "Bearer second",
                        "Bearer second",
                        "Bearer second");
        assertThat(pauseBefore(1)).isBetween(300 - SLACK_MS, 2_000L);
        assertThat(pauseBefore(2)).isGreaterThanOrEqualTo(2_000 - SLACK_MS);
        assertThat(pauseBefore(3)).isGreaterThanOrEqualTo(1_200 - SLACK_MS);
        assertThat(pauseBefore(4)).isGreaterThanOrEqualTo(3_000 - SLACK_MS);
        assertThat(pauseBefore(5)).isGreaterThanOrEqualTo(300 - SLACK_MS);
    }

    private long pauseBefore(int request) {
        return requests.get(request).atMs() - requests.get(request - 1).atMs();
    }

    @ParameterizedTest
    @EnumSource
    void a_client_stops_when_a_new_token_is_rejected_as_well(Recipe recipe) throws Exception {
        replies.add(Reply.of(401));
        try (var client = run(recipe)) {
            assertThat(client.exit()).isEqualTo(1);
            assertThat(client.complaint()).isNotBlank();
        }
        assertThat(requests).hasSize(2);
    }

    @ParameterizedTest
    @EnumSource
    void a_client_stops_at_a_response_that_a_retry_cannot_change(Recipe recipe) throws Exception {
        replies.add(Reply.of(403));
        try (var client = run(recipe)) {
            assertThat(client.exit()).isEqualTo(1);
            assertThat(client.complaint()).contains("403");
        }
        assertThat(requests).hasSize(1);
    }
}
