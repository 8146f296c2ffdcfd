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

/** A signature counts for the request it was made for, in the one form in which that can mean only one thing. */
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
    void its_date_counts_for_the_bound_to_either_side() throws InvalidSignatureException {
        var request = read("/v1/a", signed("/v1/a"));
        var bound = Duration.ofMinutes(15);

        assertThat(request.isDatedWithin(bound, DATE.plus(bound))).isTrue();
        assertThat(request.isDatedWithin(bound, DATE.minus(bound))).isTrue();
        assertThat(request.isDatedWithin(bound, DATE.plus(bound).plusMillis(1))).isFalse();
        assertThat(request.isDatedWithin(bound, DATE.minus(bound).minusMillis(1)))
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
    void addresses_that_mean_one_thing_are_taken(String target) throws InvalidSignatureException {
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
    void addresses_that_share_their_signed_form_with_others_are_refused(String target) {
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
    void an_authorization_of_another_form_is_refused(String authorization) {
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
    void a_header_that_changes_the_meaning_has_to_be_signed(String name, String value) {
        var headers = signed("/v1/a");
        headers.put(name, value);

        assertThatThrownBy(() -> read("/v1/a", headers))
                .isInstanceOf(InvalidSignatureException.class)
                .hasMessageContaining("has to be signed");
    }

    @Test
    void a_signed_header_is_sent_once_and_in_printable_ascii() {
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
    void a_write_is_signed_with_its_body_and_a_read_need_not_be() throws InvalidSignatureException {
        var address = URI.create("http://gateway/v1/a");
        var write = new HashMap<>(UnsignedBody.headers(SIGNER, "POST", address, DATE));
        write.put("Host", "gateway");
        assertThatThrownBy(() -> read("/v1/a", write)).hasMessageContaining("body");

        var headers = new HashMap<>(UnsignedBody.headers(SIGNER, "GET", address, DATE));
        headers.put("Host", "gateway");
        var read = new SignedRequest("GET", "/v1/a", List.copyOf(headers.entrySet()));
        assertThat(read.isSignedWith(SIGNER.secretKey(), new byte[0])).isTrue();
    }

    @Test
    void neither_the_signature_nor_the_fingerprint_of_it_is_in_its_text() throws InvalidSignatureException {
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
    void the_hash_of_the_body_is_made_and_not_believed() throws InvalidSignatureException {
        var named = Map.of("X-Sdk-Content-Sha256", Hashes.sha256(bytes(BODY)));
        var headers = SIGNER.sign("POST", URI.create("http://gateway/v1/a"), named, bytes(BODY), DATE);
        headers.put("Host", "gateway");

        var request = read("/v1/a", headers);
        assertThat(request.isSignedWith(SIGNER.secretKey(), bytes(BODY))).isTrue();
        assertThat(request.isSignedWith(SIGNER.secretKey(), bytes("{ }"))).isFalse();
    }

    @Test
    void an_authorization_is_so_long_and_names_so_many_headers() throws InvalidSignatureException {
        assertThat(SignatureHeader.parse(naming(64, 3)).signedHeaders()).hasSize(64);
        assertThatThrownBy(() -> SignatureHeader.parse(naming(65, 3))).isInstanceOf(InvalidSignatureException.class);
        assertThat(SignatureHeader.parse(naming(1, 3_900)).signedHeaders()).hasSize(1);
        assertThatThrownBy(() -> SignatureHeader.parse(naming(1, 4_096))).isInstanceOf(InvalidSignatureException.class);
    }

    /** So many names of so many characters, in order. */
    private static String naming(int names, int length) {
        return "SDK-HMAC-SHA256 Access=KEY, SignedHeaders="
                + IntStream.range(0, names)
                        .mapToObj(number -> ("%0" + length + "d").formatted(number))
                        .collect(Collectors.joining(";"))
                + ", Signature=" + "0".repeat(64);
    }

    @Test
    void a_signature_counts_to_its_last_digit() throws InvalidSignatureException {
        var headers = signed("/v1/a");
        headers.computeIfPresent(
                "Authorization",
                (name, text) -> text.substring(0, text.length() - 1) + (text.endsWith("0") ? "1" : "0"));

        assertThat(accepted("/v1/a", headers)).isFalse();
    }
}
