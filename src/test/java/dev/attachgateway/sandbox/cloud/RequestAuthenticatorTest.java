package dev.attachgateway.sandbox.cloud;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attachgateway.sandbox.SandboxFixture;
import dev.attachgateway.sandbox.SeededSandbox;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;

/** Proves that the sandbox accepts only valid tokens and signatures of the project in the path. */
class RequestAuthenticatorTest extends SeededSandbox {

    private static final String SERVERS = "/modelarts/v1/" + SandboxFixture.P1 + "/dev-servers";
    private static final String ATTACH = SERVERS + "/" + SandboxFixture.A3 + "/attachvolume";

    private void assertRejected(HttpRequest.Builder request, int status, String code, String message) throws Exception {
        HttpResponse<String> rejected = sandboxFixture.send(request);
        assertThat(rejected.statusCode()).isEqualTo(status);
        var body = new JsonObject(rejected.body());
        assertThat(body.getString("error_code")).isEqualTo(code);
        assertThat(body.getString("error_msg")).isEqualTo(message);
        if (status == 401) {
            assertThat(rejected.headers().firstValue("X-Request-Id")).hasValue(body.getString("request_id"));
        }
    }

    @Test
    void a_missing_or_invalid_token_is_rejected_with_401() throws Exception {
        String prefix = "Incorrect IAM authentication information: ";
        assertRejected(sandboxFixture.request(SERVERS), 401, "APIGW.0301", prefix + "x-auth-token not found");
        assertRejected(
                sandboxFixture.request(SERVERS).header("X-Auth-Token", "abc.def"),
                401,
                "APIGW.0301",
                prefix + "decrypt token fail");
        String token = sandboxFixture.token(SandboxFixture.P1);
        assertRejected(
                sandboxFixture.request(SERVERS).header("X-Auth-Token", "e" + token),
                401,
                "APIGW.0301",
                prefix + "decrypt token fail");
    }

    @Test
    void a_token_of_another_project_is_rejected_with_403() throws Exception {
        assertRejected(
                sandboxFixture.request(SERVERS).header("X-Auth-Token", sandboxFixture.token(SandboxFixture.P2)),
                403,
                "ModelArts.0210",
                "The project id in the request URL does not match the token.");
    }

    @Test
    void a_token_expires_after_a_day() throws Exception {
        String token = sandboxFixture.token(SandboxFixture.P1);
        sandboxFixture.advance(Duration.ofHours(24).toMillis() - 1);
        assertThat(sandboxFixture
                        .send(sandboxFixture.request(SERVERS).header("X-Auth-Token", token))
                        .statusCode())
                .isEqualTo(200);
        sandboxFixture.advance(1);
        assertRejected(
                sandboxFixture.request(SERVERS).header("X-Auth-Token", token),
                401,
                "APIGW.0307",
                "The token must be updated.");
    }

    @Test
    void evs_requires_the_same_token() throws Exception {
        HttpRequest.Builder request = sandboxFixture.request("/evs/v2/" + SandboxFixture.P1 + "/cloudvolumes/detail");
        assertThat(sandboxFixture.send(request).body()).contains("APIGW.0301", "x-auth-token not found");
        HttpResponse<String> elsewhere =
                sandboxFixture.send(request.header("X-Auth-Token", sandboxFixture.token(SandboxFixture.P2)));
        assertThat(elsewhere.statusCode()).isEqualTo(403);
        assertThat(elsewhere.body()).contains("EVS.5403");
    }

    @Test
    void a_signed_request_is_executed() throws Exception {
        HttpResponse<String> response =
                sandboxFixture.send(signedAttach(sandboxFixture.now(), SandboxFixture.DISK, SandboxFixture.DISK));
        assertThat(response.body()).contains("operation_id");
        assertThat(sandboxFixture.ledger()).hasSize(1);
    }

    @Test
    void a_signature_covers_the_body() throws Exception {
        assertBadSignature(signedAttach(sandboxFixture.now(), SandboxFixture.DISK, SandboxFixture.OTHER_DISK));
    }

    @Test
    void a_signature_older_than_the_configured_15_minutes_is_rejected() throws Exception {
        sandboxFixture.setBehaviour("signature_ms", Duration.ofMinutes(15).toMillis());
        HttpRequest.Builder signed = signedAttach(sandboxFixture.now(), SandboxFixture.DISK, SandboxFixture.DISK);
        sandboxFixture.advance(Duration.ofMinutes(15).toMillis());
        assertThat(sandboxFixture.send(signed).statusCode()).isEqualTo(200);
        sandboxFixture.advance(1_000);
        assertBadSignature(signed);
    }

    @Test
    void the_validity_of_a_signature_can_be_shortened() throws Exception {
        HttpRequest.Builder signed = signedAttach(sandboxFixture.now(), SandboxFixture.DISK, SandboxFixture.DISK);
        sandboxFixture.setBehaviour("signature_ms", 2_000);
        sandboxFixture.advance(2_001);
        assertBadSignature(signed);
    }

    @Test
    void a_skewed_clock_applies_to_signatures_and_the_date_header() throws Exception {
        sandboxFixture.setBehaviour("clock_skew_ms", -1_000_000);
        HttpRequest.Builder signed = signedAttach(sandboxFixture.now(), SandboxFixture.DISK, SandboxFixture.DISK);
        assertBadSignature(signed);
        assertThat(sandboxFixture.send(signed).headers().firstValue("Date")).hasValue("Mon, 23 Nov 2026 11:43:20 GMT");
    }

    private void assertBadSignature(HttpRequest.Builder request) throws Exception {
        assertRejected(
                request, 401, "APIGW.0301", "Incorrect IAM authentication information: verify aksk signature fail");
        assertThat(sandboxFixture
                        .controlArray("requests")
                        .getJsonObject(sandboxFixture.controlArray("requests").size() - 1)
                        .getInteger("status"))
                .isEqualTo(401);
    }

    private HttpRequest.Builder signedAttach(Instant date, String signedDisk, String sentDisk) throws Exception {
        String stamp = DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'")
                .withZone(ZoneOffset.UTC)
                .format(date);
        String host = sandboxFixture.origin().substring("http://".length());
        String canonical = "POST\n/sandbox" + ATTACH + "/\n\nhost:" + host + "\nx-sdk-date:" + stamp
                + "\n\nhost;x-sdk-date\n" + sha256(body(signedDisk));
        var mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec("sandbox-secret-key".getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
        String toSign = "SDK-HMAC-SHA256\n" + stamp + "\n" + sha256(canonical);
        String signature = HexFormat.of().formatHex(mac.doFinal(toSign.getBytes(StandardCharsets.UTF_8)));
        return sandboxFixture
                .request(ATTACH)
                .header("X-Sdk-Date", stamp)
                .header(
                        "Authorization",
                        "SDK-HMAC-SHA256 Access=SANDBOXACCESSKEY1, SignedHeaders=host;x-sdk-date, Signature="
                                + signature)
                .POST(HttpRequest.BodyPublishers.ofString(body(sentDisk)));
    }

    private static String body(String disk) {
        return new JsonObject().put("volume_id", disk).encode();
    }

    private static String sha256(String text) throws Exception {
        byte[] hash = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        return HexFormat.of().formatHex(hash);
    }
}
