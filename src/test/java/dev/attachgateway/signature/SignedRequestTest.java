package dev.attachgateway.signature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A signature is valid for its own request only, and only when that request has an unambiguous form. */
class SignedRequestTest {
    private static final Instant DATE = Instant.parse("2026-11-28T10:00:00Z");
    private static final Signer SIGNER = new Signer("KEY", "secret-of-the-key");
    private static final String BODY = "{}";

    @Test
    void the_documented_example_is_accepted() throws InvalidSignatureException {
        var request = new SignedRequest(
                "GET",
                "/v1/77b6a44cba5143ab91d13ab9a8ff44fd/vpcs?limit=2&marker=13551d6b-755d-4757-b956-536f674975c0",
                List.of(
                        Map.entry("Content-Type", "application/json"),
                        Map.entry("host", "service.region.example.com"),
                        Map.entry("X-Sdk-Date", "20191115T033655Z"),
                        Map.entry(
                                "Authorization",
                                "SDK-HMAC-SHA256 Access=QTWAOYTTINDUT2QVKYUC, SignedHeaders=content-type;host;x-sdk-date,"
                                        + " Signature=7be6668032f70418fcc22abc52071e57aff61b84a1d2381bb430d6870f4f6ebe")));

        assertThat(request.isSignedWith("MFyfvK41ba2giqM7Uio6PznpdUKGpownRZlmVmHc", new byte[0]))
                .isTrue();
        assertThat(request.isSignedWith("MFyfvK41ba2giqM7Uio6PznpdUKGpownRZlmVmHd", new byte[0]))
                .isFalse();
        assertThat(request.accessKeyId()).isEqualTo("QTWAOYTTINDUT2QVKYUC");
        assertThat(request.date()).isEqualTo("2019-11-15T03:36:55Z");
    }

    @Test
    void the_date_is_accepted_within_the_maximum_skew_in_both_directions() throws InvalidSignatureException {
        var request = read("/v1/a", signed("/v1/a"));
        var maxSkew = Duration.ofMinutes(15);

        assertThat(request.isDatedWithin(maxSkew, DATE.plus(maxSkew))).isTrue();
        assertThat(request.isDatedWithin(maxSkew, DATE.minus(maxSkew))).isTrue();
        assertThat(request.isDatedWithin(maxSkew, DATE.plus(maxSkew).plusMillis(1)))
                .isFalse();
        assertThat(request.isDatedWithin(maxSkew, DATE.minus(maxSkew).minusMillis(1)))
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v1/a/?",
                "/v1/a%20b",
                "//v1/a",
                "/v1/a?b",
                "/v1/a?b=",
                "/v1/a?a=2&b=1",
                "/v1/a?a=1&a=2&a1=0",
                "/v1/a?%7E=~",
                "/v1/a?a=*,%E2%82%AC"
            })
    void unambiguous_urls_are_accepted(String target) throws InvalidSignatureException {
        assertThat(accepted(target, signed(target))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v1/%7Ea",
                "/v1/a;b=c",
                "/v1/a+b",
                "/v1/a%2fb",
                "/v1/a%zz",
                "/v1/%ff",
                "/v1/a:b",
                "http://host/v1/a",
                "*",
                "/v1/a?b=c+d",
                "/v1/a?b;c",
                "/v1/a?b=%zz",
                "/v1/a?b=%ff",
                "/v1/a?b=c=d",
                "/v1/a?&b",
                "/v1/a?=b",
                "/v1/a?b=2&b=1",
                "/v1/a#b",
                "/v1/a?b#c"
            })
    void ambiguous_urls_are_rejected(String target) {
        assertThatThrownBy(() -> read(target, signed("/v1/a"))).isInstanceOf(InvalidSignatureException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "SDK-HMAC-SHA256",
                "sdk-hmac-sha256 Access=KEY, SignedHeaders=host;x-sdk-date, Signature=S",
                "SDK-HMAC-SHA256 Access=KEY,SignedHeaders=host;x-sdk-date,Signature=S",
                "SDK-HMAC-SHA256 Access=, SignedHeaders=host;x-sdk-date, Signature=S",
                "SDK-HMAC-SHA256 Access=KEY, SignedHeaders=x-sdk-date;host, Signature=S",
                "SDK-HMAC-SHA256 Access=KEY, SignedHeaders=host;host;x-sdk-date, Signature=S",
                "SDK-HMAC-SHA256 Access=KEY, SignedHeaders=host;;x-sdk-date, Signature=S",
                "SDK-HMAC-SHA256 Access=KEY, SignedHeaders=Host;x-sdk-date, Signature=S",
                "SDK-HMAC-SHA256 Access=KEY, SignedHeaders=host;x-sdk-date, Signature=s",
                "SDK-HMAC-SHA256 Access=KEY, SignedHeaders=host;x-sdk-date, Signature=S, Signature=S",
                "SDK-HMAC-SHA256 Access=KEY, SignedHeaders=host;missing;x-sdk-date, Signature=S",
                "SDK-HMAC-SHA256 Access=KEY, SignedHeaders=x-sdk-date, Signature=S",
                "SDK-HMAC-SHA256 Access=KEY, SignedHeaders=host, Signature=S"
            })
    void an_authorization_header_of_another_form_is_rejected(String authorization) {
        var headers = signed("/v1/a");
        headers.put("Authorization", authorization.replace("=S", "=" + "0".repeat(64)));

        assertThatThrownBy(() -> read("/v1/a", headers)).isInstanceOf(InvalidSignatureException.class);
    }

    @ParameterizedTest
    @CsvSource({
        "Idempotency-Key, k",
        "X-Client-Token, k",
        "Prefer, respond-async",
        "Last-Event-ID, 1-2-3",
        "X-Sdk-Content-Sha256, UNSIGNED-PAYLOAD"
    })
    void headers_that_change_the_meaning_must_be_signed(String name, String value) {
        var headers = signed("/v1/a");
        headers.put(name, value);

        assertThatThrownBy(() -> read("/v1/a", headers))
                .isInstanceOf(InvalidSignatureException.class)
                .hasMessageContaining("must be signed");
    }

    @Test
    void a_signed_header_must_be_sent_once_and_in_printable_ascii() {
        var twice = new ArrayList<>(signed("/v1/a").entrySet());
        twice.add(Map.entry("x-sdk-date", "20261128T100000Z"));
        assertThatThrownBy(() -> new SignedRequest("POST", "/v1/a", twice))
                .isInstanceOf(InvalidSignatureException.class);

        var headers =
                SIGNER.sign("POST", URI.create("http://gateway/v1/a"), Map.of("X-Note", "a\nb"), bytes(BODY), DATE);
        headers.put("Host", "gateway");
        assertThatThrownBy(() -> read("/v1/a", headers)).isInstanceOf(InvalidSignatureException.class);
    }

    @Test
    void a_write_must_be_signed_with_its_body_and_a_read_need_not() throws InvalidSignatureException {
        var uri = URI.create("http://gateway/v1/a");
        var write = new HashMap<>(UnsignedBody.headers(SIGNER, "POST", uri, DATE));
        write.put("Host", "gateway");
        assertThatThrownBy(() -> read("/v1/a", write)).hasMessageContaining("body");

        var headers = new HashMap<>(UnsignedBody.headers(SIGNER, "GET", uri, DATE));
        headers.put("Host", "gateway");
        var read = new SignedRequest("GET", "/v1/a", List.copyOf(headers.entrySet()));
        assertThat(read.isSignedWith(SIGNER.secretKey(), new byte[0])).isTrue();
    }

    @Test
    void the_text_has_no_signature_and_the_fingerprint_is_not_part_of_it() throws InvalidSignatureException {
        var headers = signed("/v1/a");
        var request = read("/v1/a", headers);

        assertThat(request).hasToString("SignedRequest[KEY]");
        assertThat(headers.get("Authorization")).doesNotContain(request.fingerprint());
    }

    private static Map<String, String> signed(String target) {
        var headers = SIGNER.sign("POST", URI.create("http://gateway" + target), Map.of(), bytes(BODY), DATE);
        headers.put("Host", "gateway");
        return headers;
    }

    private static boolean accepted(String target, Map<String, String> headers) throws InvalidSignatureException {
        return read(target, headers).isSignedWith(SIGNER.secretKey(), bytes(BODY));
    }

    private static SignedRequest read(String target, Map<String, String> headers) throws InvalidSignatureException {
        return new SignedRequest("POST", target, List.copyOf(headers.entrySet()));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void the_body_hash_is_computed_and_not_taken_from_the_header() throws InvalidSignatureException {
        var contentHash = Map.of("X-Sdk-Content-Sha256", Hashes.sha256(bytes(BODY)));
        var headers = SIGNER.sign("POST", URI.create("http://gateway/v1/a"), contentHash, bytes(BODY), DATE);
        headers.put("Host", "gateway");

        var request = read("/v1/a", headers);
        assertThat(request.isSignedWith(SIGNER.secretKey(), bytes(BODY))).isTrue();
        assertThat(request.isSignedWith(SIGNER.secretKey(), bytes("{ }"))).isFalse();
    }

    @Test
    void the_authorization_header_has_a_maximum_length_and_64_names_at_most() throws InvalidSignatureException {
        assertThat(SignatureHeader.parse(authorizationWith(64, 3)).signedHeaders())
                .hasSize(64);
        assertThatThrownBy(() -> SignatureHeader.parse(authorizationWith(65, 3)))
                .isInstanceOf(InvalidSignatureException.class);
        assertThat(SignatureHeader.parse(authorizationWith(1, 3_900)).signedHeaders())
                .hasSize(1);
        assertThatThrownBy(() -> SignatureHeader.parse(authorizationWith(1, 4_096)))
                .isInstanceOf(InvalidSignatureException.class);
    }

    /** An authorization header with a number of sorted names of a given length. */
    private static String authorizationWith(int names, int length) {
        return "SDK-HMAC-SHA256 Access=KEY, SignedHeaders="
                + IntStream.range(0, names)
                        .mapToObj(number -> ("%0" + length + "d").formatted(number))
                        .collect(Collectors.joining(";"))
                + ", Signature=" + "0".repeat(64);
    }

    @Test
    void a_signature_that_differs_in_the_last_digit_is_invalid() throws InvalidSignatureException {
        var headers = signed("/v1/a");
        headers.computeIfPresent(
                "Authorization", (_, text) -> text.substring(0, text.length() - 1) + (text.endsWith("0") ? "1" : "0"));

        assertThat(accepted("/v1/a", headers)).isFalse();
    }
}
