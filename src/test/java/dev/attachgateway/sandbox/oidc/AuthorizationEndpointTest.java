package dev.attachgateway.sandbox.oidc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attachgateway.sandbox.SeededSandbox;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.consumer.JwtConsumerBuilder;
import org.jose4j.keys.resolvers.JwksVerificationKeyResolver;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A login: a code for whoever can show the verifier, once and soon. */
class AuthorizationEndpointTest extends SeededSandbox {
    private static final String ISSUER = "http://localhost:0/sandbox/oidc";
    private static final String HOME = "http://localhost:3000/back?tab=1";

    /** RFC 7636, appendix B. */
    private static final String VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

    private static final String CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

    private static Map<String, String> asked() {
        var asked = new LinkedHashMap<String, String>();
        asked.put("response_type", "code");
        asked.put("client_id", "console");
        asked.put("redirect_uri", HOME);
        asked.put("state", "st\"<&");
        asked.put("nonce", "n-1");
        asked.put("code_challenge", CHALLENGE);
        asked.put("code_challenge_method", "S256");
        return asked;
    }

    private static Map<String, String> with(Map<String, String> asked, String name, String value) {
        asked.put(name, value);
        return asked;
    }

    private static String encoded(Map<String, String> parameters) {
        return parameters.entrySet().stream()
                .map(each -> each.getKey() + "=" + URLEncoder.encode(each.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
    }

    private HttpResponse<String> post(String path, Map<String, String> form) throws Exception {
        return sandboxFixture.send(sandboxFixture
                .request(path)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(encoded(form))));
    }

    private Map<String, String> back(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).isEqualTo(303);
        var location = URI.create(answer.headers().firstValue("Location").orElseThrow());
        assertThat(location.toString()).startsWith("http://localhost:3000/back?tab=1&");
        return Arrays.stream(location.getRawQuery().split("&"))
                .map(each -> each.split("=", 2))
                .collect(Collectors.toMap(each -> each[0], each -> URLDecoder.decode(each[1], StandardCharsets.UTF_8)));
    }

    private String code() throws Exception {
        return back(post("/oidc/authorize", with(asked(), "user", "viewer"))).getOrDefault("code", "");
    }

    private static Map<String, String> redemption(String code) {
        return new LinkedHashMap<>(Map.of(
                "grant_type", "authorization_code",
                "code", code,
                "client_id", "console",
                "redirect_uri", HOME,
                "code_verifier", VERIFIER));
    }

    private String redeemed(Map<String, String> form) throws Exception {
        var answer = post("/oidc/token", form);
        return answer.statusCode() + " " + new JsonObject(answer.body()).getString("error", "");
    }

    private JwtClaims verified(String jwt, String audience) throws Exception {
        var keys = new JsonWebKeySet(
                sandboxFixture.send(sandboxFixture.request("/oidc/jwks")).body());
        return new JwtConsumerBuilder()
                .setVerificationKeyResolver(new JwksVerificationKeyResolver(keys.getJsonWebKeys()))
                .setExpectedIssuer(ISSUER)
                .setExpectedAudience(audience)
                .setRequireExpirationTime()
                .build()
                .processToClaims(jwt);
    }

    @Test
    void whoever_logs_in_comes_back_with_a_code_that_is_worth_tokens() throws Exception {
        var page = sandboxFixture.send(sandboxFixture.request("/oidc/authorize?" + encoded(asked())));
        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.body())
                .contains("value=viewer", "value=\"st&quot;&lt;&amp;\"")
                .doesNotContain("st\"");
        var answer = back(post("/oidc/authorize", with(asked(), "user", "viewer")));
        assertThat(answer).containsEntry("state", "st\"<&").containsEntry("iss", ISSUER);
        var tokens = post("/oidc/token", redemption(String.valueOf(answer.get("code"))));
        assertThat(tokens.headers().firstValue("Access-Control-Allow-Origin")).isEmpty();
        var json = new JsonObject(tokens.body());
        var access = verified(json.getString("access_token"), "attach-gateway");
        assertThat(access.getSubject()).isEqualTo("viewer");
        assertThat(access.getStringListClaimValue("groups")).containsExactly("viewers");
        var id = verified(json.getString("id_token"), "console");
        assertThat(id.getSubject()).isEqualTo("viewer");
        assertThat(id.getClaimValueAsString("nonce")).isEqualTo("n-1");
    }

    @Test
    void a_code_is_good_once() throws Exception {
        var code = code();
        assertThat(redeemed(redemption(code))).isEqualTo("200 ");
        assertThat(redeemed(redemption(code))).isEqualTo("400 invalid_grant");
    }

    @Test
    void a_code_is_good_for_a_minute() throws Exception {
        var late = code();
        sandboxFixture.pass(60_000);
        assertThat(redeemed(redemption(late))).isEqualTo("400 invalid_grant");
        var soon = code();
        sandboxFixture.pass(59_999);
        assertThat(redeemed(redemption(soon))).isEqualTo("200 ");
    }

    @ParameterizedTest
    @CsvSource({
        "code_verifier, dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXl",
        "code_verifier, ''",
        "redirect_uri, http://localhost:3000/back",
        "client_id, attacher"
    })
    void a_code_that_was_found_is_good_for_nothing_and_then_for_nobody(String name, String value) throws Exception {
        var code = code();
        assertThat(redeemed(with(redemption(code), name, value))).isEqualTo("400 invalid_grant");
        assertThat(redeemed(redemption(code))).isEqualTo("400 invalid_grant");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://evil.example/",
                "http://localhost.evil.example/",
                "http://localhost@evil.example/",
                "http://localhost:3000\\.evil.example",
                "javascript:alert(1)",
                "http://localhost/#fragment",
                "//localhost/",
                ""
            })
    void nobody_is_sent_to_another_machine(String address) throws Exception {
        var forged = with(asked(), "redirect_uri", address);
        assertThat(sandboxFixture
                        .send(sandboxFixture.request("/oidc/authorize?" + encoded(forged)))
                        .statusCode())
                .isEqualTo(400);
        assertThat(post("/oidc/authorize", with(forged, "user", "viewer")).statusCode())
                .isEqualTo(400);
    }

    @ParameterizedTest
    @CsvSource({
        "code_challenge_method, plain, invalid_request",
        "code_challenge, short, invalid_request",
        "response_type, token, unsupported_response_type",
        "user, nobody, access_denied"
    })
    void without_a_proper_request_there_is_no_code(String name, String value, String error) throws Exception {
        var form = with(with(asked(), "user", "viewer"), name, value);
        assertThat(back(post("/oidc/authorize", form)))
                .containsEntry("error", error)
                .doesNotContainKey("code");
    }

    @Test
    void a_page_of_any_origin_may_fetch_its_token() throws Exception {
        var answer =
                sandboxFixture.send(sandboxFixture.request("/oidc/jwks").header("Origin", "http://localhost:3000"));
        assertThat(answer.headers().firstValue("Access-Control-Allow-Origin")).hasValue("*");
    }
}
