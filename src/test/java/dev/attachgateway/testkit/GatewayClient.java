package dev.attachgateway.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.microprofile.config.ConfigProvider;

/** A caller of one gateway, which holds every answer of the API against the document at {@code /openapi}. */
public final class GatewayClient {
    public static final String P1 = "0123456789abcdef0123456789abcdef";
    public static final String P2 = "89abcdef0123456789abcdef01234567";

    private static final Duration LIMIT = Duration.ofSeconds(90);
    private static final HttpClient HTTP = client(HttpClient.Version.HTTP_1_1);
    private static final HttpClient HTTP_2 = client(HttpClient.Version.HTTP_2);

    /** What each gateway says of itself, by its address; equal documents are one. */
    private static final Map<String, ApiContract> CONTRACTS = new ConcurrentHashMap<>();

    private static final Map<String, ApiContract> DOCUMENTS = new ConcurrentHashMap<>();

    private final String url;
    private final String issuerUrl;
    private final Map<String, String> tokens = new ConcurrentHashMap<>();

    private static HttpClient client(HttpClient.Version version) {
        return HttpClient.newBuilder()
                .version(version)
                .connectTimeout(Duration.ofSeconds(10))
                .build();
    }

    /** A gateway whose practice cloud is its own. */
    public GatewayClient(String url) {
        this(url, url);
    }

    /**
     * A gateway.
     *
     * @param url its origin, such as {@code http://localhost:8080}
     * @param sandboxOrigin the origin of the practice cloud that issues its callers' tokens
     */
    public GatewayClient(String url, String sandboxOrigin) {
        this.url = url;
        this.issuerUrl = sandboxOrigin + "/sandbox/oidc";
    }

    /** The gateway that runs in this process. */
    public static GatewayClient underTest() {
        return new GatewayClient(ConfigProvider.getConfig().getValue("test.url", String.class));
    }

    public String url() {
        return url;
    }

    /** The client's token, fetched once. */
    public String token(String client) {
        return tokens.computeIfAbsent(client, name -> token(name, Duration.ofHours(1)));
    }

    /** A new token of the client that lives for so long. */
    public String token(String client, Duration life) {
        var name = URLEncoder.encode(client, StandardCharsets.UTF_8);
        var form = "grant_type=client_credentials&client_id=" + name + "&client_secret=" + name + "&expires_in="
                + life.toSeconds();
        var answer = exchange(HttpRequest.newBuilder(URI.create(issuerUrl + "/token"))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(form)));
        if (answer.status() != 200) {
            throw new AssertionError("no token for " + client + ": " + answer);
        }
        return answer.text("access_token");
    }

    /** Sends an attach in the name of a client. */
    public HttpAnswer attach(String client, String project, String server, String disk, String... headers) {
        return send("POST", attachPath(project, server), body(disk), withToken(client, headers));
    }

    public HttpAnswer detach(String client, String project, String server, String disk, String... headers) {
        return send("DELETE", detachPath(project, server, disk), new byte[0], withToken(client, headers));
    }

    /** Sends an attach and does not wait for its answer. */
    public CompletableFuture<HttpAnswer> attachLater(
            String client, String project, String server, String disk, String... headers) {
        var sent = withToken(client, headers);
        return CompletableFuture.supplyAsync(
                () -> send("POST", attachPath(project, server), body(disk), sent),
                task -> Thread.ofVirtual().start(task));
    }

    public HttpAnswer operation(String client, String project, String server, String operation, String... headers) {
        return get(operationPath(project, server, operation), withToken(client, headers));
    }

    /** Follows an operation; the caller closes the stream or reads it to its end. */
    public EventStream follow(String client, String project, String server, String operation, String... headers) {
        return stream(operationPath(project, server, operation), withToken(client, headers));
    }

    /** Opens a stream at a path; an answer that is none is checked like any other. */
    public EventStream stream(String path, String... headers) {
        return streamAccepting(path, "text/event-stream", headers);
    }

    /** The same with a wish in other words. */
    public EventStream streamAccepting(String path, String accept, String... headers) {
        var request = request(path, headers).header("Accept", accept).GET();
        try {
            HttpResponse<InputStream> response = HTTP.send(request.build(), BodyHandlers.ofInputStream());
            var open = response.statusCode() == 200;
            var body = open ? "" : new String(response.body().readAllBytes(), StandardCharsets.UTF_8);
            contract().check("GET", path, new HttpAnswer(response.statusCode(), response.headers(), body));
            return new EventStream(
                    response.statusCode(),
                    response.headers(),
                    response.body(),
                    data -> contract().checkEvent(data));
        } catch (IOException e) {
            throw new AssertionError("GET " + path + " got no answer", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    public HttpAnswer get(String path, String... headers) {
        return exchange("GET", path, request(path, headers).GET());
    }

    /** Any request with a text for a body; its type is JSON unless a header says otherwise. */
    public HttpAnswer send(String method, String path, String body, String... headers) {
        return send(method, path, body.getBytes(StandardCharsets.UTF_8), headers);
    }

    /** Any request. */
    public HttpAnswer send(String method, String path, byte[] body, String... headers) {
        var request = request(path, headers).method(method, BodyPublishers.ofByteArray(body));
        if (!request.build().headers().firstValue("Content-Type").isPresent()) {
            request.header("Content-Type", "application/json");
        }
        return exchange(method, path, request);
    }

    /** What a browser asks before it lets a page of another origin send a request. */
    public HttpAnswer preflight(String path, String origin, String method, String headers) {
        return exchange(request(
                        path,
                        "Origin",
                        origin,
                        "Access-Control-Request-Method",
                        method,
                        "Access-Control-Request-Headers",
                        headers)
                .method("OPTIONS", BodyPublishers.noBody()));
    }

    /** A POST that does not say how long its body is: in chunks over HTTP/1.1, in frames over HTTP/2. */
    public HttpAnswer sendUnannounced(HttpClient.Version version, String path, String body, String... headers) {
        if (version == HttpClient.Version.HTTP_2) {
            // Without TLS the protocol is agreed on by an upgrade, and only a request without a body can carry that.
            exchange(request("/openapi?format=json").version(version).GET());
        }
        var bytes = body.getBytes(StandardCharsets.UTF_8);
        var request = request(path, headers)
                .version(version)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofInputStream(() -> new java.io.ByteArrayInputStream(bytes)));
        return exchange("POST", path, request);
    }

    public static String attachPath(String project, String server) {
        return "/v1/" + project + "/dev-servers/" + server + "/attachvolume";
    }

    public static String detachPath(String project, String server, String disk) {
        return "/v1/" + project + "/dev-servers/" + server + "/detachvolume/" + disk;
    }

    public static String operationPath(String project, String server, String operation) {
        return "/v1/" + project + "/dev-servers/" + server + "/operation/" + operation;
    }

    public static String body(String disk) {
        return "{\"volume_id\":\"" + disk + "\"}";
    }

    /** The headers given, after the client's credential. */
    public String[] withToken(String client, String... headers) {
        var all = new String[headers.length + 2];
        all[0] = "Authorization";
        all[1] = "Bearer " + token(client);
        System.arraycopy(headers, 0, all, 2, headers.length);
        return all;
    }

    /** The document at {@code /openapi}, as it is served. */
    public HttpAnswer document() {
        return exchange(request("/openapi?format=json").GET());
    }

    private HttpAnswer exchange(String method, String path, HttpRequest.Builder request) {
        var answer = exchange(request);
        if (ApiContract.covers(path)) {
            contract().check(method, path, answer);
        }
        return answer;
    }

    // Once for each gateway and not for each test: the document is large, and its schemas take a while to compile.
    private ApiContract contract() {
        return CONTRACTS.computeIfAbsent(
                url, any -> DOCUMENTS.computeIfAbsent(document().body(), ApiContract::new));
    }

    private HttpRequest.Builder request(String path, String... headers) {
        var request = HttpRequest.newBuilder(URI.create(url + path)).timeout(LIMIT);
        return headers.length == 0 ? request : request.headers(headers);
    }

    private static HttpAnswer exchange(HttpRequest.Builder request) {
        var sent = request.build();
        try {
            // The request's own limit ends with the head of the answer; this one covers its body as well.
            var version = sent.version().orElse(HttpClient.Version.HTTP_1_1);
            var client = version == HttpClient.Version.HTTP_2 ? HTTP_2 : HTTP;
            var response = client.sendAsync(sent, BodyHandlers.ofString()).get(LIMIT.toSeconds(), TimeUnit.SECONDS);
            if (response.version() != version) {
                throw new AssertionError(sent.uri() + " was answered over " + response.version());
            }
            return new HttpAnswer(response.statusCode(), response.headers(), response.body());
        } catch (ExecutionException | TimeoutException e) {
            throw new AssertionError(sent.method() + " " + sent.uri() + " got no answer", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }
}
