package dev.attachgateway.signature;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The signature is the one that Huawei Cloud documents. */
class SignerTest {
    private static final Instant DATE = Instant.parse("2019-11-15T03:36:55Z");
    private static final Signer DOCUMENTED =
            new Signer("QTWAOYTTINDUT2QVKYUC", "MFyfvK41ba2giqM7Uio6PznpdUKGpownRZlmVmHc");

    @Test
    void the_documented_example_has_the_documented_signature() {
        var signed = DOCUMENTED.sign(
                "GET",
                URI.create("https://service.region.example.com/v1/77b6a44cba5143ab91d13ab9a8ff44fd/vpcs"
                        + "?limit=2&marker=13551d6b-755d-4757-b956-536f674975c0"),
                Map.of("Content-Type", "application/json"),
                new byte[0],
                DATE);

        assertThat(signed)
                .containsEntry("X-Sdk-Date", "20191115T033655Z")
                .containsEntry(
                        "Authorization",
                        "SDK-HMAC-SHA256 Access=QTWAOYTTINDUT2QVKYUC, SignedHeaders=content-type;host;x-sdk-date,"
                                + " Signature=7be6668032f70418fcc22abc52071e57aff61b84a1d2381bb430d6870f4f6ebe");
    }

    @Test
    void the_signature_covers_body_path_and_query() {
        var before = signature("/v1/a", "{}");

        assertThat(signature("/v1/a", "{ }")).isNotEqualTo(before);
        assertThat(signature("/v1/b", "{}")).isNotEqualTo(before);
        assertThat(signature("/v1/a?b", "{}")).isNotEqualTo(before);
        assertThat(signature("/v1/a/", "{}"))
                .as("the canonical form has the slash anyway")
                .isEqualTo(before);
    }

    @Test
    void equivalent_encodings_and_parameter_orders_have_the_same_signature() {
        assertThat(signature("/v1/%7Ea/x%20y?b=2&a=1&c", "")).isEqualTo(signature("/v1/~a/x%20y?c=&a=1&b=2", ""));
    }

    @Test
    void the_secret_key_is_not_in_the_text_of_a_signer() {
        assertThat(DOCUMENTED).hasToString("Signer[QTWAOYTTINDUT2QVKYUC]");
    }

    private static String signature(String path, String body) {
        return DOCUMENTED
                .sign(
                        "POST",
                        URI.create("https://cloud.example" + path),
                        Map.of(),
                        body.getBytes(StandardCharsets.UTF_8),
                        DATE)
                .getOrDefault("Authorization", "");
    }
}
