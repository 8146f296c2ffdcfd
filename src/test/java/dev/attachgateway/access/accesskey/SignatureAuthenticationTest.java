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
import dev.attachgateway.testkit.Timeouts;
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
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who signs with an access key is let in as its caller, and nobody else is. */
@QuarkusTest
@TestProfile(SigningProfile.class)
@WithTestResource(PostgresForTests.class)
class SignatureAuthenticationTest {
    private static final String FEED = "/v1/" + GatewayClient.P1 + "/dev-servers/operations";
    private static final Duration SECONDS = Timeouts.CONDITION;

    private final GatewayClient gateway = GatewayClient.underTest();
    private AttachFixture attachFixture;

    @BeforeEach
    void set() {
        attachFixture = AttachFixture.set();
        SigningProfile.write(SigningProfile.bundled());
        Awaitility.await().atMost(SECONDS).until(() -> get(FEED).status() == 200);
    }

    private HttpAnswer get(String path, String... more) {
        return Signing.get(gateway, Signing.KEY_1, path, more);
    }

    private HttpAnswer at(Instant date, String path) {
        return gateway.get(path, Signing.headers(Signing.KEY_1, gateway, "GET", path, "", date));
    }

    private HttpAnswer attach(Signer key, String... more) {
        var path = GatewayClient.attachPath(GatewayClient.P1, attachFixture.server());
        return Signing.send(gateway, key, "POST", path, GatewayClient.body(attachFixture.disk()), more);
    }

    @Test
    void two_keys_of_one_subject_are_one_caller_and_another_subject_is_another() {
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
    void what_it_may_not_be_is_told_from_what_it_is_not() {
        assertThat(get("/v1/" + GatewayClient.P2 + "/dev-servers/operations").status())
                .isEqualTo(403);
        assertThat(get("/v1/" + GatewayClient.P1 + "/nowhere").status()).isEqualTo(404);
        assertThat(get(FEED + "?limit=x").status()).isEqualTo(400);
        assertThat(get(FEED + "?limit=1&status=failed&status=success").status()).isEqualTo(200);
    }

    @Test
    void a_date_counts_for_a_quarter_of_an_hour() {
        assertThat(at(Instant.now().minusSeconds(14 * 60), FEED).status()).isEqualTo(200);
        assertThat(at(Instant.now().plusSeconds(14 * 60), FEED).status()).isEqualTo(200);
        for (var minutes : new int[] {-16, 16}) {
            var refused = at(Instant.now().plusSeconds(minutes * 60L), FEED);
            assertRefused(refused);
            assertThat(refused.text("detail")).contains("clock");
        }
    }

    @Test
    void a_stranger_a_wrong_key_and_another_body_are_told_the_same() {
        var answers = Stream.of(
                        get0(new Signer("NOBODY", Signing.KEY_1.secretKey())),
                        get0(new Signer(Signing.KEY_1.accessKeyId(), Signing.KEY_2.secretKey())),
                        get0(new Signer(Signing.KEY_2.accessKeyId(), Signing.KEY_1.secretKey())))
                .peek(SignatureAuthenticationTest::assertRefused)
                .map(answer -> answer.text("detail"))
                .collect(Collectors.toSet());
        assertThat(answers).hasSize(1);

        var path = GatewayClient.attachPath(GatewayClient.P1, attachFixture.server());
        var headers = Signing.headers(Signing.KEY_1, gateway, "POST", path, "{}", Instant.now());
        var refused = gateway.send("POST", path, GatewayClient.body(attachFixture.disk()), headers);
        assertRefused(refused);
        assertThat(answers).containsExactly(refused.text("detail"));
        assertThat(attachFixture.sends()).isZero();
    }

    private HttpAnswer get0(Signer key) {
        return Signing.get(gateway, key, FEED);
    }

    @ParameterizedTest
    @CsvSource({
        "Idempotency-Key, k",
        "X-Client-Token, k",
        "Prefer, respond-async",
        "X-Sdk-Content-Sha256, UNSIGNED-PAYLOAD"
    })
    void a_header_that_changes_the_meaning_has_to_be_signed(String name, String value) {
        var path = GatewayClient.attachPath(GatewayClient.P1, attachFixture.server());
        var body = GatewayClient.body(attachFixture.disk());
        var headers = Signing.headers(Signing.KEY_1, gateway, "POST", path, body, Instant.now());
        var more = Stream.concat(Stream.of(headers), Stream.of(name, value)).toArray(String[]::new);

        assertRefused(gateway.send("POST", path, body, more));
        assertThat(attachFixture.sends()).isZero();
    }

    @Test
    void a_write_whose_body_is_not_signed_is_refused() {
        assertThat(gateway.get(FEED, Signing.withoutBody(Signing.KEY_1, gateway, "GET", FEED, Instant.now()))
                        .status())
                .isEqualTo(200);
        var path = GatewayClient.attachPath(GatewayClient.P1, attachFixture.server());
        assertRefused(gateway.send(
                "POST",
                path,
                GatewayClient.body(attachFixture.disk()),
                Signing.withoutBody(Signing.KEY_1, gateway, "POST", path, Instant.now())));
        assertThat(attachFixture.sends()).isZero();
    }

    @Test
    void a_token_beside_a_signature_is_one_credential_too_many() {
        var headers = Signing.headers(Signing.KEY_1, gateway, "GET", FEED, "", Instant.now());
        for (var second : List.of("X-Auth-Token", "Authorization")) {
            var more = Stream.concat(Stream.of(headers), Stream.of(second, "Bearer " + gateway.token("attacher")))
                    .toArray(String[]::new);
            assertThat(gateway.get(FEED, more).code()).isEqualTo("Gateway.CredentialsDisagree");
        }
    }

    @Test
    void what_is_too_large_is_refused_before_it_is_read() {
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
    void a_body_of_unannounced_length_is_signed_like_any_other() {
        var path = GatewayClient.attachPath(GatewayClient.P1, attachFixture.server());
        var body = GatewayClient.body(attachFixture.disk());
        var headers = Signing.headers(Signing.KEY_1, gateway, "POST", path, body, Instant.now());

        var answer = gateway.sendUnannounced(HttpClient.Version.HTTP_1_1, path, body, headers);
        assertThat(answer.status()).isIn(200, 202);
        attachFixture.awaitStatus(answer.operationId(), "success");
    }

    @Test
    void over_http_2_a_signed_body_announces_its_length() throws Exception {
        try (var http =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_2).build()) {
            // Without TLS the protocol is agreed on by an upgrade, and only a request without a body can carry that.
            assertThat(http.send(over2("GET", FEED, ""), BodyHandlers.ofString())
                            .statusCode())
                    .isEqualTo(200);
            var path = GatewayClient.attachPath(GatewayClient.P1, attachFixture.server());
            var answer =
                    http.send(over2("POST", path, GatewayClient.body(attachFixture.disk())), BodyHandlers.ofString());
            assertThat(answer.version()).isEqualTo(HttpClient.Version.HTTP_2);
            assertThat(answer.statusCode()).as(answer.body()).isIn(200, 202);
            assertThat(http.send(over2("GET", FEED, ""), BodyHandlers.ofString())
                            .version())
                    .isEqualTo(HttpClient.Version.HTTP_2);
        }
        var path = GatewayClient.attachPath(GatewayClient.P1, attachFixture.server());
        var body = GatewayClient.body(attachFixture.disk());
        var headers = Signing.headers(Signing.KEY_1, gateway, "POST", path, body, Instant.now());
        assertRefused(gateway.sendUnannounced(HttpClient.Version.HTTP_2, path, body, headers));
    }

    private HttpRequest over2(String method, String path, String body) {
        return HttpRequest.newBuilder(URI.create(gateway.url() + path))
                .headers(Signing.headers(Signing.KEY_1, gateway, method, path, body, Instant.now()))
                .header("Content-Type", "application/json")
                .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
                .build();
    }

    @Test
    void a_garbled_authorization_is_the_senders_mistake_and_never_ours() {
        var seed = Seed.of("seed");
        var random = new Random(seed);
        var good = Signing.headers(Signing.KEY_1, gateway, "GET", FEED, "", Instant.now());
        var authorization = good[3];
        for (var i = 0; i < 300; i++) {
            var text = new StringBuilder(authorization);
            for (var changes = 1 + random.nextInt(5); changes > 0; changes--) {
                var at = random.nextInt(text.length());
                switch (random.nextInt(3)) {
                    case 0 -> text.deleteCharAt(at);
                    case 1 -> text.insert(at, printable(random));
                    default -> text.setCharAt(at, printable(random));
                }
            }
            if (!text.toString().equals(authorization)) {
                var answer = gateway.get(FEED, "Authorization", text.toString(), good[0], good[1]);
                assertThat(answer.status()).as("seed %d: %s", seed, text).isEqualTo(401);
            }
        }
    }

    private static char printable(Random random) {
        return (char) (' ' + random.nextInt('~' - ' ' + 1));
    }

    private static void assertRefused(HttpAnswer answer) {
        assertThat(answer.status()).as(answer.body()).isEqualTo(401);
        assertThat(answer.code()).isEqualTo("Gateway.NotAuthenticated");
        assertThat(answer.header("WWW-Authenticate")).isEqualTo("SDK-HMAC-SHA256");
        assertThat(answer.header("Content-Type")).as("what the SDK reads").isEqualTo("application/json");
    }

    @Test
    void what_is_too_large_is_refused_before_it_is_known_who_sent_it() {
        var stranger = new Signer("NOBODY", Signing.KEY_1.secretKey());
        var wrong = new Signer(Signing.KEY_1.accessKeyId(), Signing.KEY_2.secretKey());
        var path = GatewayClient.attachPath(GatewayClient.P1, attachFixture.server());
        var large = " ".repeat(70_000);

        assertThat(Signing.send(gateway, stranger, "POST", path, large).status())
                .isEqualTo(413);
        assertThat(Signing.get(gateway, stranger, FEED + "?caller=a:" + "b".repeat(5_000))
                        .status())
                .isEqualTo(414);
        assertThat(Signing.get(gateway, stranger, FEED, "X-Note", "n".repeat(70_000))
                        .status())
                .isEqualTo(431);
        // Its length is not announced, so that as much of it is read as a body may have, and no more.
        var headers = Signing.headers(wrong, gateway, "POST", path, large, Instant.now());
        assertThat(gateway.sendUnannounced(HttpClient.Version.HTTP_1_1, path, large, headers)
                        .status())
                .isEqualTo(413);
    }

    @Test
    void two_signatures_are_one_credential_too_many() {
        var headers = Signing.headers(Signing.KEY_1, gateway, "GET", FEED, "", Instant.now());
        var other = Signing.headers(Signing.KEY_2, gateway, "GET", FEED, "", Instant.now());
        var both =
                Stream.concat(Stream.of(headers), Stream.of(other[2], other[3])).toArray(String[]::new);

        assertThat(gateway.get(FEED, both).code()).isEqualTo("Gateway.CredentialsDisagree");
    }

    @Test
    void a_body_that_does_not_come_is_not_waited_for_long() throws IOException {
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
            var answer = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
            assertThat(answer.readLine()).startsWith("HTTP/1.1 401 ");
        }
        assertThat(attachFixture.sends()).isZero();
    }
}
