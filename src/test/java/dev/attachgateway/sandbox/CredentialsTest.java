package dev.attachgateway.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

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

class CredentialsTest extends SeededSandbox {

    private static final String SERVERS = "/modelarts/v1/" + Rig.P1 + "/dev-servers";
    private static final String ATTACH = SERVERS + "/" + Rig.A3 + "/attachvolume";

    private void assertRefused(HttpRequest.Builder request, int status, String code, String message) throws Exception {
        HttpResponse<String> refused = rig.send(request);
        assertThat(refused.statusCode()).isEqualTo(status);
        JsonObject body = new JsonObject(refused.body());
        assertThat(body.getString("error_code")).isEqualTo(code);
        assertThat(body.getString("error_msg")).isEqualTo(message);
        if (status == 401) {
            assertThat(refused.headers().firstValue("X-Request-Id")).hasValue(body.getString("request_id"));
        }
    }

    @Test
    void without_a_good_token_nobody_enters() throws Exception {
        String prefix = "Incorrect IAM authentication information: ";
        assertRefused(rig.request(SERVERS), 401, "APIGW.0301", prefix + "x-auth-token not found");
        assertRefused(
                rig.request(SERVERS).header("X-Auth-Token", "abc.def"),
                401,
                "APIGW.0301",
                prefix + "decrypt token fail");
        String token = rig.token(Rig.P1);
        assertRefused(
                rig.request(SERVERS).header("X-Auth-Token", "e" + token),
                401,
                "APIGW.0301",
                prefix + "decrypt token fail");
    }

    @Test
    void a_token_of_another_project_is_forbidden() throws Exception {
        assertRefused(
                rig.request(SERVERS).header("X-Auth-Token", rig.token(Rig.P2)),
                403,
                "ModelArts.0210",
                "The project id in the request URL does not match the token.");
    }

    @Test
    void a_token_expires_after_a_day() throws Exception {
        String token = rig.token(Rig.P1);
        rig.pass(Duration.ofHours(24).toMillis() - 1);
        assertThat(rig.send(rig.request(SERVERS).header("X-Auth-Token", token)).statusCode())
                .isEqualTo(200);
        rig.pass(1);
        assertRefused(
                rig.request(SERVERS).header("X-Auth-Token", token), 401, "APIGW.0307", "The token must be updated.");
    }

    @Test
    void evs_asks_for_the_same_token() throws Exception {
        HttpRequest.Builder request = rig.request("/evs/v2/" + Rig.P1 + "/cloudvolumes/detail");
        assertThat(rig.send(request).body()).contains("APIGW.0301", "x-auth-token not found");
        HttpResponse<String> elsewhere = rig.send(request.header("X-Auth-Token", rig.token(Rig.P2)));
        assertThat(elsewhere.statusCode()).isEqualTo(403);
        assertThat(elsewhere.body()).contains("EVS.5403");
    }

    @Test
    void a_signed_call_is_carried_out() throws Exception {
        HttpResponse<String> answer = rig.send(signedAttach(rig.now(), Rig.DISK, Rig.DISK));
        assertThat(answer.body()).contains("operation_id");
        assertThat(rig.ledger()).hasSize(1);
    }

    @Test
    void a_signature_covers_the_body() throws Exception {
        assertBadSignature(signedAttach(rig.now(), Rig.DISK, Rig.OTHER_DISK));
    }

    @Test
    void a_signature_older_than_a_quarter_of_an_hour_is_refused() throws Exception {
        rig.behave("signature_ms", Duration.ofMinutes(15).toMillis());
        HttpRequest.Builder signed = signedAttach(rig.now(), Rig.DISK, Rig.DISK);
        rig.pass(Duration.ofMinutes(15).toMillis());
        assertThat(rig.send(signed).statusCode()).isEqualTo(200);
        rig.pass(1_000);
        assertBadSignature(signed);
    }

    @Test
    void how_long_a_signature_lasts_can_be_shortened() throws Exception {
        HttpRequest.Builder signed = signedAttach(rig.now(), Rig.DISK, Rig.DISK);
        rig.behave("signature_ms", 2_000);
        rig.pass(2_001);
        assertBadSignature(signed);
    }

    @Test
    void the_clouds_skewed_clock_judges_signatures_and_dates_answers() throws Exception {
        rig.behave("clock_skew_ms", -1_000_000);
        HttpRequest.Builder signed = signedAttach(rig.now(), Rig.DISK, Rig.DISK);
        assertBadSignature(signed);
        assertThat(rig.send(signed).headers().firstValue("Date")).hasValue("Mon, 23 Nov 2026 11:43:20 GMT");
    }

    private void assertBadSignature(HttpRequest.Builder request) throws Exception {
        assertRefused(
                request, 401, "APIGW.0301", "Incorrect IAM authentication information: verify aksk signature fail");
        assertThat(rig.list("requests")
                        .getJsonObject(rig.list("requests").size() - 1)
                        .getInteger("status"))
                .isEqualTo(401);
    }

    private HttpRequest.Builder signedAttach(Instant date, String signedDisk, String sentDisk) throws Exception {
        String stamp = DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'")
                .withZone(ZoneOffset.UTC)
                .format(date);
        String host = rig.origin().substring("http://".length());
        String canonical = "POST\n/sandbox" + ATTACH + "/\n\nhost:" + host + "\nx-sdk-date:" + stamp
                + "\n\nhost;x-sdk-date\n" + sha256(body(signedDisk));
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec("sandbox-secret-key".getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
        String toSign = "SDK-HMAC-SHA256\n" + stamp + "\n" + sha256(canonical);
        String signature = HexFormat.of().formatHex(mac.doFinal(toSign.getBytes(StandardCharsets.UTF_8)));
        return rig.request(ATTACH)
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
