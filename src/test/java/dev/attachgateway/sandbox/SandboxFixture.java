package dev.attachgateway.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/** A sandbox on a free port with a clock that the test advances, and an HTTP client for it. */
public final class SandboxFixture implements AutoCloseable {

    public static final String P1 = "0123456789abcdef0123456789abcdef";
    public static final String P2 = "89abcdef0123456789abcdef01234567";
    public static final String A3 = "3f0c9a52-6d1e-4b7a-9c84-2a5e7d10b6f3";
    public static final String A3_CLOUD = "9d5e2f18-7c40-4d63-b8a2-1f4e6a9c0b57";
    public static final String OTHER_A3 = "6513270e-269e-4d37-b2a7-4de452e6b438";
    public static final String STOPPED = "8e81973e-0bec-47b0-b898-d190f9ebdacc";
    public static final String STARTING = "18f135d2-5f55-4203-b018-50c5a38fd547";
    public static final String BMS = "7a1b44d0-92c3-4e58-8f6d-0c9b3e2a5d71";
    public static final String DISK = "1e79eff7-c02b-4dfd-a0d6-f76c90d9b4e0";
    public static final String OTHER_DISK = "ca02135e-92b1-43f2-8ede-0d7ac3baea9e";
    public static final String USED_DISK = "ae658f33-fe3b-490b-93f4-48b3a5aa3c81";
    public static final String SHARED_USED_DISK = "58d5563d-ab2c-431e-a315-128862c33a4f";
    public static final String UNKNOWN_ID = "00000000-0000-4000-8000-000000000000";

    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private static final Instant NOON = Instant.parse("2026-11-23T12:00:00Z");

    private volatile Instant now = NOON;
    private final InstantSource clock = () -> now;
    private final Path folder;
    private final Vertx vertx = Vertx.vertx();
    private Sandbox sandbox;
    private HttpServer server;

    SandboxFixture(Path folder) {
        this.folder = folder;
        sandbox = open("http://localhost:0");
        server = listen();
    }

    private Sandbox open(String origin) {
        return Sandbox.open(vertx, folder, origin, clock);
    }

    private HttpServer listen() {
        var main = Router.router(vertx);
        main.route("/sandbox/*").subRouter(sandbox.router());
        return vertx.createHttpServer()
                .requestHandler(main)
                .listen(0, "localhost")
                .toCompletionStage()
                .toCompletableFuture()
                .join();
    }

    /** Closes the sandbox and opens another one on the same folder. */
    public void restart() {
        server.close().toCompletionStage().toCompletableFuture().join();
        sandbox.close();
        sandbox = open("http://localhost:0");
        server = listen();
    }

    /** Restores the seed and sets the clock to noon. */
    void reset() throws IOException, InterruptedException {
        control("POST", "reset", "");
        now = NOON;
    }

    public void advance(long millis) {
        now = now.plusMillis(millis);
    }

    public Instant now() {
        return now;
    }

    public String origin() {
        return "http://localhost:" + server.actualPort();
    }

    public HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(origin() + "/sandbox" + path)).timeout(Duration.ofSeconds(20));
    }

    public HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return HTTP.send(request.build(), BodyHandlers.ofString());
    }

    public HttpResponse<String> control(String method, String path, Object body)
            throws IOException, InterruptedException {
        return send(request("/control/" + path).method(method, BodyPublishers.ofString(body.toString())));
    }

    public JsonObject setBehaviour(String field, @Nullable Object value) throws IOException, InterruptedException {
        return new JsonObject(
                control("PUT", "behaviour", new JsonObject().put(field, value)).body());
    }

    public void setFaults(JsonObject... faults) throws IOException, InterruptedException {
        assertThat(control("PUT", "faults", JsonArray.of((Object[]) faults)).statusCode())
                .isEqualTo(200);
    }

    public JsonArray controlArray(String path) throws IOException, InterruptedException {
        return new JsonArray(send(request("/control/" + path)).body());
    }

    public JsonArray ledger() throws IOException, InterruptedException {
        return controlArray("ledger");
    }

    public HttpResponse<String> requestToken(String password, JsonObject project)
            throws IOException, InterruptedException {
        var user = new JsonObject()
                .put("name", "gateway")
                .put("password", password)
                .put("domain", new JsonObject().put("name", "sandbox"));
        var auth = new JsonObject()
                .put(
                        "identity",
                        new JsonObject()
                                .put("methods", JsonArray.of("password"))
                                .put("password", new JsonObject().put("user", user)))
                .put("scope", new JsonObject().put("project", project));
        return send(request("/iam/v3/auth/tokens?nocatalog=1")
                .POST(BodyPublishers.ofString(new JsonObject().put("auth", auth).encode())));
    }

    public String token(String project) throws IOException, InterruptedException {
        return requestToken("gateway", new JsonObject().put("id", project))
                .headers()
                .firstValue("X-Subject-Token")
                .orElseThrow();
    }

    public HttpRequest.Builder withToken(String project, String path) throws IOException, InterruptedException {
        return request(path.replace("{project}", project)).header("X-Auth-Token", token(project));
    }

    public HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return send(withToken(P1, path));
    }

    public HttpResponse<String> attach(String server, String disk) throws IOException, InterruptedException {
        return attachBody(server, new JsonObject().put("volume_id", disk).encode());
    }

    public HttpResponse<String> attachBody(String server, String body) throws IOException, InterruptedException {
        return send(withToken(P1, "/modelarts/v1/{project}/dev-servers/" + server + "/attachvolume")
                .POST(BodyPublishers.ofString(body)));
    }

    public HttpResponse<String> detach(String server, String disk) throws IOException, InterruptedException {
        return send(withToken(P1, "/modelarts/v1/{project}/dev-servers/" + server + "/detachvolume/" + disk)
                .DELETE());
    }

    public JsonObject operation(String server, HttpResponse<String> accepted) throws IOException, InterruptedException {
        String id = new JsonObject(accepted.body()).getString("operation_id");
        return new JsonObject(get("/modelarts/v1/{project}/dev-servers/" + server + "/operation/" + id)
                .body());
    }

    public JsonObject server(String id) throws IOException, InterruptedException {
        return new JsonObject(get("/modelarts/v1/{project}/dev-servers/" + id).body());
    }

    public JsonObject disk(String id) throws IOException, InterruptedException {
        return new JsonObject(get("/evs/v2/{project}/cloudvolumes/" + id).body()).getJsonObject("volume");
    }

    public boolean serverShowsDisk(String serverId, String diskId) throws IOException, InterruptedException {
        return server(serverId).getJsonArray("volumes").stream()
                .anyMatch(volume -> diskId.equals(((JsonObject) volume).getString("evs_id")));
    }

    @Override
    public void close() {
        server.close().toCompletionStage().toCompletableFuture().join();
        sandbox.close();
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }
}
