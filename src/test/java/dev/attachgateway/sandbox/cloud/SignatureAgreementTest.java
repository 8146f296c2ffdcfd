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

/**
 * Proves that gateway, sandbox and the official SDK, each with its own implementation, agree on the signature of a
 * request.
 */
class SignatureAgreementTest {
    private static final int REQUESTS = 1_000;
    private static final Signer SIGNER = new Signer("KEY", "secret-of-the-key");
    private static final SignatureCheck SANDBOX_CHECK = new SignatureCheck("KEY", "secret-of-the-key");
    private static final Instant DATE = Instant.parse("2026-11-28T10:00:00Z");

    private final long seed = Seed.of("seed");
    private final Random random = new Random(seed);

    private record SentRequest(String method, String path, String query, Map<String, String> headers, String body) {
        boolean acceptedBySandbox() {
            return SANDBOX_CHECK.accepts(
                    method, path, query, headers::get, Buffer.buffer(body), DATE, Duration.ofMinutes(15));
        }

        boolean acceptedByGateway() throws InvalidSignatureException {
            var target = query.isEmpty() ? path : path + "?" + query;
            return new SignedRequest(method, target, List.copyOf(headers.entrySet()))
                    .isSignedWith(SIGNER.secretKey(), body.getBytes(StandardCharsets.UTF_8));
        }

        SentRequest with(String otherQuery, String otherBody) {
            return new SentRequest(method, path, otherQuery, headers, otherBody);
        }
    }

    @Test
    void gateway_and_sandbox_accept_and_reject_the_same_signatures() throws InvalidSignatureException {
        for (var i = 0; i < REQUESTS; i++) {
            var sent = randomSignedRequest();
            assertThat(sent.acceptedBySandbox()).as("seed %d: %s", seed, sent).isTrue();
            assertThat(sent.acceptedByGateway()).as("seed %d: %s", seed, sent).isTrue();
            for (var other : List.of(
                    sent.with(sent.query, sent.body + " "),
                    sent.with(sent.query + (sent.query.isEmpty() ? "z" : "&z"), sent.body))) {
                assertThat(other.acceptedBySandbox())
                        .as("seed %d: %s", seed, other)
                        .isFalse();
                assertThat(other.acceptedByGateway())
                        .as("seed %d: %s", seed, other)
                        .isFalse();
            }
        }
    }

    @Test
    void the_gateway_accepts_signatures_of_the_official_sdk() throws InvalidSignatureException {
        var credentials = new BasicCredentials()
                .withAk("KEY")
                .withSk("secret-of-the-key")
                .withProjectId("0123456789abcdef0123456789abcdef");
        for (var i = 0; i < REQUESTS; i++) {
            var candidate = randomSignedRequest();
            // The SDK encodes paths itself, and the paths of the cloud's endpoints need no encoding.
            candidate = new SentRequest(
                    candidate.method,
                    candidate.path.replaceAll("[^/A-Za-z0-9_.~-]", "0"),
                    candidate.query,
                    candidate.headers,
                    candidate.body);
            var request = HttpRequest.newBuilder()
                    .withMethod(HttpMethod.valueOf(candidate.method))
                    .withEndpoint("http://gateway:8080")
                    .withPath(candidate.path)
                    .withBodyAsString(candidate.body)
                    .addHeader("X-Note", "some words")
                    .addHeader("Content-Type", "application/json");
            parameters(candidate.query).forEach(request::addQueryParam);
            var built = request.build();
            var headers = new TreeMap<>(AKSKSigner.getInstance().sign(built, credentials));
            headers.put("X-Note", "some words");
            headers.put("Host", "gateway:8080");
            var sent = new SentRequest(candidate.method, candidate.path, candidate.query, headers, candidate.body);
            assertThat(sent.acceptedByGateway()).as("seed %d: %s", seed, sent).isTrue();
        }
    }

    private static Map<String, List<String>> parameters(String query) {
        var all = new TreeMap<String, List<String>>();
        if (!query.isEmpty()) {
            for (var pair : query.split("&", -1)) {
                var parts = pair.split("=", 2);
                all.computeIfAbsent(decoded(parts[0]), _ -> new ArrayList<>()).add(decoded(parts[1]));
            }
        }
        return all;
    }

    private static String decoded(String text) {
        return java.net.URLDecoder.decode(text, StandardCharsets.UTF_8);
    }

    private SentRequest randomSignedRequest() {
        var method = List.of("GET", "POST", "DELETE", "PUT").get(random.nextInt(4));
        var path = IntStream.range(0, 1 + random.nextInt(5))
                .mapToObj(_ -> "/" + encoded(randomText()))
                .collect(Collectors.joining());
        var query = IntStream.range(0, random.nextInt(5))
                .mapToObj(_ -> Map.entry(
                        List.of("p", "p1", "p-2").get(random.nextInt(3)),
                        encoded(random.nextInt(4) == 0 ? "" : randomText())))
                .sorted(Map.Entry.<String, String>comparingByKey()
                        .thenComparing(Map.Entry::getValue, Comparator.naturalOrder()))
                .map(pair -> pair.getKey() + "=" + pair.getValue())
                .collect(Collectors.joining("&"));
        var body = method.equals("GET") ? "" : "{\"a\":\"" + randomText() + "\"}";
        var uri = URI.create("http://gateway:8080" + path + (query.isEmpty() ? "" : "?" + query));
        var headers = new TreeMap<String, String>(String.CASE_INSENSITIVE_ORDER);
        headers.putAll(
                SIGNER.sign(method, uri, Map.of("X-Note", randomText()), body.getBytes(StandardCharsets.UTF_8), DATE));
        headers.put("Host", "gateway:8080");
        return new SentRequest(method, path, query, headers, body);
    }

    private String randomText() {
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
