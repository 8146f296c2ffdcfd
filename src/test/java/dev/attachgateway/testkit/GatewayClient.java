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

/** A client of one gateway that checks every API response against the OpenAPI document. */
public final class GatewayClient {
    /** The end of the failure message of a request whose response did not arrive, as when the gateway is killed. */
    public static final String NO_RESPONSE = " got no response";

    public static final String P1 = "0123456789abcdef0123456789abcdef";
    public static final String P2 = "89abcdef0123456789abcdef01234567";

    private static final Duration LIMIT = Duration.ofSeconds(90);
    private static final HttpClient HTTP = client(HttpClient.Version.HTTP_1_1);
    private static final HttpClient HTTP_2 = client(HttpClient.Version.HTTP_2);

    /** The contract of each gateway, by its URL; equal documents share a contract. */
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

    /** A client of a gateway with an embedded sandbox. */
    public GatewayClient(String url) {
        this(url, url);
    }

    /**
     * A client of a gateway.
     *
     * @param url the gateway's origin, such as {@code http://localhost:8080}
     * @param sandboxOrigin the origin of the sandbox that issues its callers' tokens
     */
    public GatewayClient(String url, String sandboxOrigin) {
        this.url = url;
        this.issuerUrl = sandboxOrigin + "/sandbox/oidc";
    }

    /** A client of the gateway that runs in this process. */
    public static GatewayClient underTest() {
        return new GatewayClient(ConfigProvider.getConfig().getValue("test.url", String.class));
    }

    public String url() {
        return url;
    }

    /** The cached token of an OAuth client. */
    public String token(String client) {
        return tokens.computeIfAbsent(client, name -> token(name, Duration.ofHours(1)));
    }

    /** Fetches a new token of an OAuth client with this lifetime. */
    public String token(String client, Duration lifetime) {
        var name = URLEncoder.encode(client, StandardCharsets.UTF_8);
        var form = "grant_type=client_credentials&client_id=" + name + "&client_secret=" + name + "&expires_in="
                + lifetime.toSeconds();
        var response = exchange(HttpRequest.newBuilder(URI.create(issuerUrl + "/token"))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(form)));
        if (response.status() != 200) {
            throw new AssertionError("no token for " + client + ": " + response);
        }
        return response.text("access_token");
    }

    /** Sends an attach with the token of a client. */
    public HttpAnswer attach(String client, String project, String server, String disk, String... headers) {
        return send("POST", attachPath(project, server), body(disk), withToken(client, headers));
    }

    public HttpAnswer detach(String client, String project, String server, String disk, String... headers) {
        return send("DELETE", detachPath(project, server, disk), new byte[0], withToken(client, headers));
    }

    /** Sends an attach without waiting for its response. */
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

    /** Opens the stream of an operation; the caller closes it or reads it to its end. */
    public EventStream follow(String client, String project, String server, String operation, String... headers) {
        return stream(operationPath(project, server, operation), withToken(client, headers));
    }

    /** Opens a stream at a path; any other response is checked against the OpenAPI document. */
    public EventStream stream(String path, String... headers) {
        return streamAccepting(path, "text/event-stream", headers);
    }

    /** Opens a stream with another {@code Accept} header. */
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
            throw new AssertionError("GET " + path + NO_RESPONSE, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    public HttpAnswer get(String path, String... headers) {
        return exchange("GET", path, request(path, headers).GET());
    }

    /** Sends a request with a text body; its media type is JSON unless a header sets another one. */
    public HttpAnswer send(String method, String path, String body, String... headers) {
        return send(method, path, body.getBytes(StandardCharsets.UTF_8), headers);
    }

    /** Sends a request; its media type is JSON unless a header sets another one. */
    public HttpAnswer send(String method, String path, byte[] body, String... headers) {
        var request = request(path, headers).method(method, BodyPublishers.ofByteArray(body));
        if (!request.build().headers().firstValue("Content-Type").isPresent()) {
            request.header("Content-Type", "application/json");
        }
        return exchange(method, path, request);
    }

    /** Sends a CORS preflight request. */
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

    /** Sends a POST without Content-Length: chunked over HTTP/1.1, as DATA frames over HTTP/2. */
    public HttpAnswer sendUnannounced(HttpClient.Version version, String path, String body, String... headers) {
        if (version == HttpClient.Version.HTTP_2) {
            // Without TLS, HTTP/2 is negotiated by an upgrade, which only a request without a body can carry.
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

    /** The client's Authorization header followed by the given headers. */
    public String[] withToken(String client, String... headers) {
        var all = new String[headers.length + 2];
        all[0] = "Authorization";
        all[1] = "Bearer " + token(client);
        System.arraycopy(headers, 0, all, 2, headers.length);
        return all;
    }

    /** The OpenAPI document as served at {@code /openapi}. */
    public HttpAnswer document() {
        return exchange(request("/openapi?format=json").GET());
    }

    private HttpAnswer exchange(String method, String path, HttpRequest.Builder request) {
        var response = exchange(request);
        if (ApiContract.covers(path)) {
            contract().check(method, path, response);
        }
        return response;
    }

    // Cached per gateway, not per test: the document is large and its schemas are slow to compile.
    private ApiContract contract() {
        return CONTRACTS.computeIfAbsent(
                url, _ -> DOCUMENTS.computeIfAbsent(document().body(), ApiContract::new));
    }

    private HttpRequest.Builder request(String path, String... headers) {
        var request = HttpRequest.newBuilder(URI.create(url + path)).timeout(LIMIT);
        return headers.length == 0 ? request : request.headers(headers);
    }

    private static HttpAnswer exchange(HttpRequest.Builder request) {
        var sent = request.build();
        try {
            // The request's timeout ends with the response headers; this one also covers the body.
            var version = sent.version().orElse(HttpClient.Version.HTTP_1_1);
            var client = version == HttpClient.Version.HTTP_2 ? HTTP_2 : HTTP;
            var response = client.sendAsync(sent, BodyHandlers.ofString()).get(LIMIT.toSeconds(), TimeUnit.SECONDS);
            if (response.version() != version) {
                throw new AssertionError(sent.uri() + " got a response over " + response.version());
            }
            return new HttpAnswer(response.statusCode(), response.headers(), response.body());
        } catch (ExecutionException | TimeoutException e) {
            throw new AssertionError(sent.method() + " " + sent.uri() + NO_RESPONSE, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }
}
