package dev.attachgateway.testkit;

import dev.attachgateway.signature.Signer;
import dev.attachgateway.signature.UnsignedBody;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;

/** Signs requests to a gateway with the access keys of the sandbox. */
public final class Signing {
    /** The first of two keys of a caller who may attach and detach. */
    public static final Signer KEY_1 = new Signer("SANDBOXKEY1", "sandbox-secret-of-key-1");

    /** The second key of the same caller. */
    public static final Signer KEY_2 = new Signer("SANDBOXKEY2", "sandbox-secret-of-key-2");

    /** The key of another caller, who may only read. */
    public static final Signer VIEWER = new Signer("SANDBOXVIEWER", "sandbox-secret-of-viewer");

    private Signing() {}

    /**
     * The headers of a signed request.
     *
     * @param more further headers to send and sign, as alternating names and values
     */
    public static String[] headers(
            Signer key, GatewayClient gateway, String method, String path, String body, Instant date, String... more) {
        var signed = new LinkedHashMap<String, String>();
        for (var i = 0; i < more.length; i += 2) {
            signed.put(more[i], more[i + 1]);
        }
        return toArray(key.sign(
                method, URI.create(gateway.url() + path), signed, body.getBytes(StandardCharsets.UTF_8), date));
    }

    /** The headers of a request whose signature does not cover the body. */
    public static String[] withoutBody(Signer key, GatewayClient gateway, String method, String path, Instant date) {
        return toArray(UnsignedBody.headers(key, method, URI.create(gateway.url() + path), date));
    }

    /** The headers as alternating names and values; registers their signature as a secret. */
    private static String[] toArray(Map<String, String> headers) {
        var authorization = headers.getOrDefault("Authorization", "");
        Secrets.use(authorization.substring(authorization.lastIndexOf('=') + 1));
        return headers.entrySet().stream()
                .flatMap(header -> Stream.of(header.getKey(), header.getValue()))
                .toArray(String[]::new);
    }

    /** Sends a GET request, signed now. */
    public static HttpAnswer get(GatewayClient gateway, Signer key, String path, String... more) {
        return gateway.get(path, headers(key, gateway, "GET", path, "", Instant.now(), more));
    }

    /** Sends a request, signed now. */
    public static HttpAnswer send(
            GatewayClient gateway, Signer key, String method, String path, String body, String... more) {
        return gateway.send(method, path, body, headers(key, gateway, method, path, body, Instant.now(), more));
    }
}
