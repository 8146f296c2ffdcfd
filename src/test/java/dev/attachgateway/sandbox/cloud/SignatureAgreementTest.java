package dev.attachgateway.sandbox.cloud;

import static org.assertj.core.api.Assertions.assertThat;

import com.huaweicloud.sdk.core.auth.AKSKSigner;
import com.huaweicloud.sdk.core.auth.BasicCredentials;
import com.huaweicloud.sdk.core.http.HttpMethod;
import com.huaweicloud.sdk.core.http.HttpRequest;
import dev.attachgateway.signature.InvalidSignatureException;
import dev.attachgateway.signature.SignedRequest;
import dev.attachgateway.signature.Signer;
import dev.attachgateway.testkit.Seed;
import io.vertx.core.buffer.Buffer;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Gateway, practice cloud and the official SDK, each with code of its own, agree on what a request's signature is. */
class SignatureAgreementTest {
    private static final int REQUESTS = 1_000;
    private static final Signer SIGNER = new Signer("KEY", "secret-of-the-key");
    private static final SignatureCheck CLOUD = new SignatureCheck("KEY", "secret-of-the-key");
    private static final Instant DATE = Instant.parse("2026-11-28T10:00:00Z");

    private final long seed = Seed.of("seed");
    private final Random random = new Random(seed);

    private record Sent(String method, String path, String query, Map<String, String> headers, String body) {
        boolean cloud() {
            return CLOUD.accepts(method, path, query, headers::get, Buffer.buffer(body), DATE, Duration.ofMinutes(15));
        }

        boolean gateway() throws InvalidSignatureException {
            var target = query.isEmpty() ? path : path + "?" + query;
            return new SignedRequest(method, target, List.copyOf(headers.entrySet()))
                    .isSignedWith(SIGNER.secretKey(), body.getBytes(StandardCharsets.UTF_8));
        }

        Sent with(String otherQuery, String otherBody) {
            return new Sent(method, path, otherQuery, headers, otherBody);
        }
    }

    @Test
    void gateway_and_practice_cloud_accept_and_refuse_the_same() throws InvalidSignatureException {
        for (var i = 0; i < REQUESTS; i++) {
            var sent = signed();
            assertThat(sent.cloud()).as("seed %d: %s", seed, sent).isTrue();
            assertThat(sent.gateway()).as("seed %d: %s", seed, sent).isTrue();
            for (var other : List.of(
                    sent.with(sent.query, sent.body + " "),
                    sent.with(sent.query + (sent.query.isEmpty() ? "z" : "&z"), sent.body))) {
                assertThat(other.cloud()).as("seed %d: %s", seed, other).isFalse();
                assertThat(other.gateway()).as("seed %d: %s", seed, other).isFalse();
            }
        }
    }

    @Test
    void what_the_official_sdk_signs_is_signed() throws InvalidSignatureException {
        var credentials = new BasicCredentials()
                .withAk("KEY")
                .withSk("secret-of-the-key")
                .withProjectId("0123456789abcdef0123456789abcdef");
        for (var i = 0; i < REQUESTS; i++) {
            var drawn = signed();
            // It encodes a path by itself, and those of the cloud's calls need no encoding.
            drawn = new Sent(
                    drawn.method,
                    drawn.path.replaceAll("[^/A-Za-z0-9_.~-]", "0"),
                    drawn.query,
                    drawn.headers,
                    drawn.body);
            var request = HttpRequest.newBuilder()
                    .withMethod(HttpMethod.valueOf(drawn.method))
                    .withEndpoint("http://gateway:8080")
                    .withPath(drawn.path)
                    .withBodyAsString(drawn.body)
                    .addHeader("X-Note", "some words")
                    .addHeader("Content-Type", "application/json");
            parameters(drawn.query).forEach(request::addQueryParam);
            var built = request.build();
            var headers = new TreeMap<>(AKSKSigner.getInstance().sign(built, credentials));
            headers.put("X-Note", "some words");
            headers.put("Host", "gateway:8080");
            var sent = new Sent(drawn.method, drawn.path, drawn.query, headers, drawn.body);
            assertThat(sent.gateway()).as("seed %d: %s", seed, sent).isTrue();
        }
    }

    private static Map<String, List<String>> parameters(String query) {
        var all = new TreeMap<String, List<String>>();
        if (!query.isEmpty()) {
            for (var pair : query.split("&", -1)) {
                var parts = pair.split("=", 2);
                all.computeIfAbsent(decoded(parts[0]), name -> new ArrayList<>())
                        .add(decoded(parts[1]));
            }
        }
        return all;
    }

    private static String decoded(String text) {
        return java.net.URLDecoder.decode(text, StandardCharsets.UTF_8);
    }

    private Sent signed() {
        var method = List.of("GET", "POST", "DELETE", "PUT").get(random.nextInt(4));
        var path = IntStream.range(0, 1 + random.nextInt(5))
                .mapToObj(i -> "/" + encoded(word()))
                .collect(Collectors.joining());
        var query = IntStream.range(0, random.nextInt(5))
                .mapToObj(i -> Map.entry(
                        List.of("p", "p1", "p-2").get(random.nextInt(3)),
                        encoded(random.nextInt(4) == 0 ? "" : word())))
                .sorted(Map.Entry.<String, String>comparingByKey()
                        .thenComparing(Map.Entry::getValue, Comparator.naturalOrder()))
                .map(pair -> pair.getKey() + "=" + pair.getValue())
                .collect(Collectors.joining("&"));
        var body = method.equals("GET") ? "" : "{\"a\":\"" + word() + "\"}";
        var uri = URI.create("http://gateway:8080" + path + (query.isEmpty() ? "" : "?" + query));
        var headers = new TreeMap<String, String>(String.CASE_INSENSITIVE_ORDER);
        headers.putAll(SIGNER.sign(method, uri, Map.of("X-Note", word()), body.getBytes(StandardCharsets.UTF_8), DATE));
        headers.put("Host", "gateway:8080");
        return new Sent(method, path, query, headers, body);
    }

    private String word() {
        return random.ints(1 + random.nextInt(8), ' ' + 1, '~' + 1)
                .mapToObj(Character::toString)
                .collect(Collectors.joining())
                .replace("\"", "'")
                .replace("\\", "/");
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8)
                .replace("+", "%20")
                .replace("*", "%2A")
                .replace("%7E", "~");
    }
}
