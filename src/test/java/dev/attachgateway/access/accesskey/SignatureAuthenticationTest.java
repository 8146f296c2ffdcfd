package dev.attachgateway.access.accesskey;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attachgateway.signature.Signer;
import dev.attachgateway.testkit.AttachFixture;
import dev.attachgateway.testkit.GatewayClient;
import dev.attachgateway.testkit.HttpAnswer;
import dev.attachgateway.testkit.PostgresForTests;
import dev.attachgateway.testkit.Seed;
import dev.attachgateway.testkit.Signing;
import dev.attachgateway.testkit.SigningProfile;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Proves that a valid signature authenticates the key's caller, and that every other signature is rejected. */
@QuarkusTest
@TestProfile(SigningProfile.class)
@WithTestResource(PostgresForTests.class)
class SignatureAuthenticationTest {
    private static final String FEED = "/v1/" + GatewayClient.P1 + "/dev-servers/operations";

    private final GatewayClient gateway = GatewayClient.underTest();
    private AttachFixture attachFixture;

    @BeforeEach
    void setUp() {
        attachFixture = AttachFixture.set();
        SigningProfile.restore(gateway);
    }

    private HttpAnswer get(String path, String... more) {
        return Signing.get(gateway, Signing.KEY_1, path, more);
    }

    private HttpAnswer getSignedAt(Instant date, String path) {
        return gateway.get(path, Signing.headers(Signing.KEY_1, gateway, "GET", path, "", date));
    }

    private HttpAnswer attach(Signer key, String... more) {
        var path = GatewayClient.attachPath(GatewayClient.P1, attachFixture.server());
        return Signing.send(gateway, key, "POST", path, GatewayClient.body(attachFixture.disk()), more);
    }

    @Test
    void keys_of_one_subject_are_one_caller_and_other_subjects_are_others() {
        var first = attach(Signing.KEY_1);
        assertThat(first.status()).isIn(200, 202);
        assertThat(attach(Signing.KEY_2).operationId()).isEqualTo(first.operationId());
        assertThat(attach(Signing.VIEWER).code()).isEqualTo("Gateway.NotGranted");
        assertThat(get(GatewayClient.operationPath(GatewayClient.P1, attachFixture.server(), first.operationId()))
                        .text("caller"))
                .isEqualTo("access-key:pipeline");
        attachFixture.awaitStatus(first.operationId(), "success");
    }

    @Test
    void missing_grants_unknown_paths_and_invalid_parameters_have_their_own_statuses() {
        assertThat(get("/v1/" + GatewayClient.P2 + "/dev-servers/operations").status())
                .isEqualTo(403);
        assertThat(get("/v1/" + GatewayClient.P1 + "/nowhere").status()).isEqualTo(404);
        assertThat(get(FEED + "?limit=x").status()).isEqualTo(400);
        assertThat(get(FEED + "?limit=1&status=failed&status=success").status()).isEqualTo(200);
    }

    @Test
    void a_signature_is_accepted_for_15_minutes_before_and_after_its_date() {
        assertThat(getSignedAt(Instant.now().minusSeconds(14 * 60), FEED).status())
                .isEqualTo(200);
        assertThat(getSignedAt(Instant.now().plusSeconds(14 * 60), FEED).status())
                .isEqualTo(200);
        for (var minutes : new int[] {-16, 16}) {
            var rejected = getSignedAt(Instant.now().plusSeconds(minutes * 60L), FEED);
            assertRejected(rejected);
            assertThat(rejected.text("detail")).contains("clock");
        }
    }

    @Test
    void unknown_keys_wrong_secrets_and_changed_bodies_get_the_same_response() {
        var details = Stream.of(
                        getSignedWith(new Signer("UNKNOWN", Signing.KEY_1.secretKey())),
                        getSignedWith(new Signer(Signing.KEY_1.accessKeyId(), Signing.KEY_2.secretKey())),
                        getSignedWith(new Signer(Signing.KEY_2.accessKeyId(), Signing.KEY_1.secretKey())))
                .peek(SignatureAuthenticationTest::assertRejected)
                .map(response -> response.text("detail"))
                .collect(Collectors.toSet());
        assertThat(details).hasSize(1);

        var path = GatewayClient.attachPath(GatewayClient.P1, attachFixture.server());
        var headers = Signing.headers(Signing.KEY_1, gateway, "POST", path, "{}", Instant.now());
        var rejected = gateway.send("POST", path, GatewayClient.body(attachFixture.disk()), headers);
        assertRejected(rejected);
        assertThat(details).containsExactly(rejected.text("detail"));
        assertThat(attachFixture.sends()).isZero();
    }

    private HttpAnswer getSignedWith(Signer key) {
        return Signing.get(gateway, key, FEED);
    }

    @ParameterizedTest
    @CsvSource({
        "Idempotency-Key, k",
        "X-Client-Token, k",
        "Prefer, respond-async",
        "X-Sdk-Content-Sha256, UNSIGNED-PAYLOAD"
    })
    void unsigned_headers_that_change_the_meaning_are_rejected(String name, String value) {
        var path = GatewayClient.attachPath(GatewayClient.P1, attachFixture.server());
        var body = GatewayClient.body(attachFixture.disk());
        var headers = Signing.headers(Signing.KEY_1, gateway, "POST", path, body, Instant.now());
        var more = Stream.concat(Stream.of(headers), Stream.of(name, value)).toArray(String[]::new);

        assertRejected(gateway.send("POST", path, body, more));
        assertThat(attachFixture.sends()).isZero();
    }

    @Test
    void a_write_with_an_unsigned_body_is_rejected() {
        assertThat(gateway.get(FEED, Signing.withoutBody(Signing.KEY_1, gateway, "GET", FEED, Instant.now()))
                        .status())
                .isEqualTo(200);
        var path = GatewayClient.attachPath(GatewayClient.P1, attachFixture.server());
        assertRejected(gateway.send(
                "POST",
                path,
                GatewayClient.body(attachFixture.disk()),
                Signing.withoutBody(Signing.KEY_1, gateway, "POST", path, Instant.now())));
        assertThat(attachFixture.sends()).isZero();
    }

    @Test
    void a_signature_and_a_token_are_conflicting_credentials() {
        var headers = Signing.headers(Signing.KEY_1, gateway, "GET", FEED, "", Instant.now());
        for (var second : List.of("X-Auth-Token", "Authorization")) {
            var more = Stream.concat(Stream.of(headers), Stream.of(second, "Bearer " + gateway.token("attacher")))
                    .toArray(String[]::new);
            assertThat(gateway.get(FEED, more).code()).isEqualTo("Gateway.CredentialsDisagree");
        }
    }

    @Test
    void oversized_requests_are_rejected_with_413_414_or_431() {
        var path = GatewayClient.attachPath(GatewayClient.P1, attachFixture.server());
        var large = " ".repeat(70_000);
        var headers = Signing.headers(Signing.KEY_1, gateway, "POST", path, large, Instant.now());
        assertThat(gateway.send("POST", path, large, headers).status()).isEqualTo(413);
        assertThat(gateway.sendUnannounced(HttpClient.Version.HTTP_1_1, path, large, headers)
                        .status())
                .isEqualTo(413);
        assertThat(get(FEED + "?caller=a:" + "b".repeat(5_000)).status()).isEqualTo(414);
        assertThat(get(FEED, "X-Note", "n".repeat(70_000)).status()).isEqualTo(431);
    }

    @Test
    void a_signed_body_of_undeclared_length_is_accepted() {
        var path = GatewayClient.attachPath(GatewayClient.P1, attachFixture.server());
        var body = GatewayClient.body(attachFixture.disk());
        var headers = Signing.headers(Signing.KEY_1, gateway, "POST", path, body, Instant.now());

        var response = gateway.sendUnannounced(HttpClient.Version.HTTP_1_1, path, body, headers);
        assertThat(response.status()).isIn(200, 202);
        attachFixture.awaitStatus(response.operationId(), "success");
    }

    @Test
    void over_http_2_a_signed_body_must_declare_its_length() throws Exception {
        try (var http =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_2).build()) {
            // Without TLS the protocol is negotiated by an upgrade, which only a request without a body can carry.
            assertThat(http.send(http2Request("GET", FEED, ""), BodyHandlers.ofString())
                            .statusCode())
                    .isEqualTo(200);
            var path = GatewayClient.attachPath(GatewayClient.P1, attachFixture.server());
            var response = http.send(
                    http2Request("POST", path, GatewayClient.body(attachFixture.disk())), BodyHandlers.ofString());
            assertThat(response.version()).isEqualTo(HttpClient.Version.HTTP_2);
            assertThat(response.statusCode()).as(response.body()).isIn(200, 202);
            assertThat(http.send(http2Request("GET", FEED, ""), BodyHandlers.ofString())
                            .version())
                    .isEqualTo(HttpClient.Version.HTTP_2);
        }
        var path = GatewayClient.attachPath(GatewayClient.P1, attachFixture.server());
        var body = GatewayClient.body(attachFixture.disk());
        var headers = Signing.headers(Signing.KEY_1, gateway, "POST", path, body, Instant.now());
        assertRejected(gateway.sendUnannounced(HttpClient.Version.HTTP_2, path, body, headers));
    }

    private HttpRequest http2Request(String method, String path, String body) {
        return HttpRequest.newBuilder(URI.create(gateway.url() + path))
                .headers(Signing.headers(Signing.KEY_1, gateway, method, path, body, Instant.now()))
                .header("Content-Type", "application/json")
                .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
                .build();
    }

    @Test
    void a_corrupted_authorization_header_is_rejected_with_401() {
        var seed = Seed.of("seed");
        var random = new Random(seed);
        var valid = Signing.headers(Signing.KEY_1, gateway, "GET", FEED, "", Instant.now());
        var authorization = valid[3];
        for (var i = 0; i < 300; i++) {
            var text = new StringBuilder(authorization);
            for (var changes = 1 + random.nextInt(5); changes > 0; changes--) {
                var position = random.nextInt(text.length());
                switch (random.nextInt(3)) {
                    case 0 -> text.deleteCharAt(position);
                    case 1 -> text.insert(position, printableCharacter(random));
                    default -> text.setCharAt(position, printableCharacter(random));
                }
            }
            if (!text.toString().equals(authorization)) {
                var response = gateway.get(FEED, "Authorization", text.toString(), valid[0], valid[1]);
                assertThat(response.status()).as("seed %d: %s", seed, text).isEqualTo(401);
            }
        }
    }

    private static char printableCharacter(Random random) {
        return (char) (' ' + random.nextInt('~' - ' ' + 1));
    }

    private static void assertRejected(HttpAnswer response) {
        assertThat(response.status()).as(response.body()).isEqualTo(401);
        assertThat(response.code()).isEqualTo("Gateway.NotAuthenticated");
        assertThat(response.header("WWW-Authenticate")).isEqualTo("SDK-HMAC-SHA256");
        assertThat(response.header("Content-Type"))
                .as("the media type that the SDK parses")
                .isEqualTo("application/json");
    }

    @Test
    void oversized_requests_are_rejected_before_authentication() {
        var unknownKey = new Signer("UNKNOWN", Signing.KEY_1.secretKey());
        var wrongSecret = new Signer(Signing.KEY_1.accessKeyId(), Signing.KEY_2.secretKey());
        var path = GatewayClient.attachPath(GatewayClient.P1, attachFixture.server());
        var large = " ".repeat(70_000);

        assertThat(Signing.send(gateway, unknownKey, "POST", path, large).status())
                .isEqualTo(413);
        assertThat(Signing.get(gateway, unknownKey, FEED + "?caller=a:" + "b".repeat(5_000))
                        .status())
                .isEqualTo(414);
        assertThat(Signing.get(gateway, unknownKey, FEED, "X-Note", "n".repeat(70_000))
                        .status())
                .isEqualTo(431);
        // The length is undeclared, so the body is read up to the limit and no further.
        var headers = Signing.headers(wrongSecret, gateway, "POST", path, large, Instant.now());
        assertThat(gateway.sendUnannounced(HttpClient.Version.HTTP_1_1, path, large, headers)
                        .status())
                .isEqualTo(413);
    }

    @Test
    void two_signatures_are_conflicting_credentials() {
        var headers = Signing.headers(Signing.KEY_1, gateway, "GET", FEED, "", Instant.now());
        var other = Signing.headers(Signing.KEY_2, gateway, "GET", FEED, "", Instant.now());
        var both =
                Stream.concat(Stream.of(headers), Stream.of(other[2], other[3])).toArray(String[]::new);

        assertThat(gateway.get(FEED, both).code()).isEqualTo("Gateway.CredentialsDisagree");
    }

    @Test
    void a_body_that_is_not_received_in_time_is_rejected_with_401() throws IOException {
        var path = GatewayClient.attachPath(GatewayClient.P1, attachFixture.server());
        var body = GatewayClient.body(attachFixture.disk());
        var headers = Signing.headers(Signing.KEY_1, gateway, "POST", path, body, Instant.now());
        var address = URI.create(gateway.url());
        var head = new StringBuilder("POST " + path + " HTTP/1.1\r\nHost: " + address.getAuthority()
                + "\r\nContent-Type: application/json\r\nContent-Length: " + body.length() + "\r\n");
        for (var i = 0; i < headers.length; i += 2) {
            head.append(headers[i]).append(": ").append(headers[i + 1]).append("\r\n");
        }
        try (var socket = new Socket(address.getHost(), address.getPort())) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write((head + "\r\n{").getBytes(StandardCharsets.US_ASCII));
            var response =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
            assertThat(response.readLine()).startsWith("HTTP/1.1 401 ");
        }
        assertThat(attachFixture.sends()).isZero();
    }
}
