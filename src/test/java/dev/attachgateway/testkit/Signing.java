package dev.attachgateway.testkit;

import dev.attachgateway.signature.Signer;
import dev.attachgateway.signature.UnsignedBody;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;

/** Signs requests to a gateway with the access keys of the practice cloud. */
public final class Signing {
    /** Two keys of one caller, who may attach and detach. */
    public static final Signer KEY_1 = new Signer("PRACTICEKEY1", "practice-secret-of-key-1");

    public static final Signer KEY_2 = new Signer("PRACTICEKEY2", "practice-secret-of-key-2");

    /** Of another caller, who may only look. */
    public static final Signer VIEWER = new Signer("PRACTICEVIEWER", "practice-secret-of-viewer");

    private Signing() {}

    /**
     * The headers that make a request a signed one.
     *
     * @param more headers to be sent and signed, names and values in turn
     */
    public static String[] headers(
            Signer key, GatewayClient gateway, String method, String path, String body, Instant date, String... more) {
        var signed = new LinkedHashMap<String, String>();
        for (var i = 0; i < more.length; i += 2) {
            signed.put(more[i], more[i + 1]);
        }
        return sent(key.sign(
                method, URI.create(gateway.url() + path), signed, body.getBytes(StandardCharsets.UTF_8), date));
    }

    /** The same over everything but the body. */
    public static String[] withoutBody(Signer key, GatewayClient gateway, String method, String path, Instant date) {
        return sent(UnsignedBody.headers(key, method, URI.create(gateway.url() + path), date));
    }

    /** Names and values in turn; their signature is a secret from now on. */
    private static String[] sent(Map<String, String> headers) {
        var authorization = headers.getOrDefault("Authorization", "");
        Secrets.use(authorization.substring(authorization.lastIndexOf('=') + 1));
        return headers.entrySet().stream()
                .flatMap(header -> Stream.of(header.getKey(), header.getValue()))
                .toArray(String[]::new);
    }

    /** A read, signed now. */
    public static HttpAnswer get(GatewayClient gateway, Signer key, String path, String... more) {
        return gateway.get(path, headers(key, gateway, "GET", path, "", Instant.now(), more));
    }

    /** Any request, signed now. */
    public static HttpAnswer send(
            GatewayClient gateway, Signer key, String method, String path, String body, String... more) {
        return gateway.send(method, path, body, headers(key, gateway, method, path, body, Instant.now(), more));
    }
}
