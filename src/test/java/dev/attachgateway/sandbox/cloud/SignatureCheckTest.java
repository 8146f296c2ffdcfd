package dev.attachgateway.sandbox.cloud;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * Proves that the signature check accepts the example of Huawei Cloud's API signing guide, with the key and secret of
 * the guide, and rejects every change of it.
 */
class SignatureCheckTest {

    private static final SignatureCheck CHECK =
            new SignatureCheck("QTWAOYTTINDUT2QVKYUC", "MFyfvK41ba2giqM7Uio6PznpdUKGpownRZlmVmHc");

    private static final Instant SENT = Instant.parse("2019-11-15T03:36:55Z");

    private final Map<String, String> headers = new HashMap<>(Map.of(
            "content-type",
            "application/json",
            "host",
            "service.region.example.com",
            "X-Sdk-Date",
            "20191115T033655Z",
            "x-sdk-date",
            "20191115T033655Z",
            "Authorization",
            "SDK-HMAC-SHA256 Access=QTWAOYTTINDUT2QVKYUC, SignedHeaders=content-type;host;x-sdk-date, "
                    + "Signature=7be6668032f70418fcc22abc52071e57aff61b84a1d2381bb430d6870f4f6ebe"));

    private boolean accepts(String method, String query, String body, Instant now) {
        return CHECK.accepts(
                method,
                "/v1/77b6a44cba5143ab91d13ab9a8ff44fd/vpcs",
                query,
                headers::get,
                Buffer.buffer(body),
                now,
                Duration.ofMinutes(15));
    }

    private static final String QUERY = "limit=2&marker=13551d6b-755d-4757-b956-536f674975c0";

    @Test
    void the_documented_example_is_accepted() {
        assertThat(accepts("GET", QUERY, "", SENT)).isTrue();
        assertThat(accepts("GET", "marker=13551d6b-755d-4757-b956-536f674975c0&limit=2", "", SENT))
                .isTrue();
    }

    @Test
    void a_change_of_any_signed_part_is_rejected() {
        assertThat(accepts("POST", QUERY, "", SENT)).isFalse();
        assertThat(accepts("GET", "limit=3", "", SENT)).isFalse();
        assertThat(accepts("GET", QUERY, "x", SENT)).isFalse();
        headers.put("host", "elsewhere.example.com");
        assertThat(accepts("GET", QUERY, "", SENT)).isFalse();
    }

    @Test
    void a_date_outside_the_tolerance_is_rejected() {
        var quarter = Duration.ofMinutes(15);
        assertThat(accepts("GET", QUERY, "", SENT.plus(quarter))).isTrue();
        assertThat(accepts("GET", QUERY, "", SENT.minus(quarter))).isTrue();
        assertThat(accepts("GET", QUERY, "", SENT.plus(quarter).plusMillis(1))).isFalse();
        assertThat(accepts("GET", QUERY, "", SENT.minus(quarter).minusMillis(1)))
                .isFalse();
    }

    @Test
    void a_missing_or_malformed_date_is_rejected() {
        headers.put("X-Sdk-Date", "yesterday");
        assertThat(accepts("GET", QUERY, "", SENT)).isFalse();
        headers.remove("X-Sdk-Date");
        assertThat(accepts("GET", QUERY, "", SENT)).isFalse();
    }

    @Test
    void another_key_or_a_missing_authorization_is_rejected() {
        headers.computeIfPresent("Authorization", (_, value) -> value.replace("QTWA", "XTWA"));
        assertThat(accepts("GET", QUERY, "", SENT)).isFalse();
        headers.remove("Authorization");
        assertThat(accepts("GET", QUERY, "", SENT)).isFalse();
    }
}
