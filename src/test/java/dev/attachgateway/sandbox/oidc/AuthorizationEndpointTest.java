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

/** Proves that a login issues an authorization code that only its PKCE verifier redeems, once and within one minute. */
class AuthorizationEndpointTest extends SeededSandbox {
    private static final String ISSUER = "http://localhost:0/sandbox/oidc";
    private static final String REDIRECT_URI = "http://localhost:3000/back?tab=1";

    /** RFC 7636, appendix B. */
    private static final String VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

    private static final String CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

    private static Map<String, String> parameters() {
        var parameters = new LinkedHashMap<String, String>();
        parameters.put("response_type", "code");
        parameters.put("client_id", "console");
        parameters.put("redirect_uri", REDIRECT_URI);
        parameters.put("state", "st\"<&");
        parameters.put("nonce", "n-1");
        parameters.put("code_challenge", CHALLENGE);
        parameters.put("code_challenge_method", "S256");
        return parameters;
    }

    private static Map<String, String> with(Map<String, String> parameters, String name, String value) {
        parameters.put(name, value);
        return parameters;
    }

    private static String encoded(Map<String, String> parameters) {
        return parameters.entrySet().stream()
                .map(parameter ->
                        parameter.getKey() + "=" + URLEncoder.encode(parameter.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
    }

    private HttpResponse<String> post(String path, Map<String, String> form) throws Exception {
        return sandboxFixture.send(sandboxFixture
                .request(path)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(encoded(form))));
    }

    private Map<String, String> redirectParameters(HttpResponse<String> response) {
        assertThat(response.statusCode()).isEqualTo(303);
        var location = URI.create(response.headers().firstValue("Location").orElseThrow());
        assertThat(location.toString()).startsWith("http://localhost:3000/back?tab=1&");
        return Arrays.stream(location.getRawQuery().split("&"))
                .map(parameter -> parameter.split("=", 2))
                .collect(Collectors.toMap(
                        parameter -> parameter[0],
                        parameter -> URLDecoder.decode(parameter[1], StandardCharsets.UTF_8)));
    }

    private String newCode() throws Exception {
        return redirectParameters(post("/oidc/authorize", with(parameters(), "user", "viewer")))
                .getOrDefault("code", "");
    }

    private static Map<String, String> redemption(String code) {
        return new LinkedHashMap<>(Map.of(
                "grant_type", "authorization_code",
                "code", code,
                "client_id", "console",
                "redirect_uri", REDIRECT_URI,
                "code_verifier", VERIFIER));
    }

    private String redeem(Map<String, String> form) throws Exception {
        var response = post("/oidc/token", form);
        return response.statusCode() + " " + new JsonObject(response.body()).getString("error", "");
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
    void a_login_redirects_with_a_code_that_yields_tokens() throws Exception {
        var page = sandboxFixture.send(sandboxFixture.request("/oidc/authorize?" + encoded(parameters())));
        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.body())
                .contains("value=viewer", "value=\"st&quot;&lt;&amp;\"")
                .doesNotContain("st\"");
        var response = redirectParameters(post("/oidc/authorize", with(parameters(), "user", "viewer")));
        assertThat(response).containsEntry("state", "st\"<&").containsEntry("iss", ISSUER);
        var tokens = post("/oidc/token", redemption(String.valueOf(response.get("code"))));
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
    void a_code_is_valid_once() throws Exception {
        var code = newCode();
        assertThat(redeem(redemption(code))).isEqualTo("200 ");
        assertThat(redeem(redemption(code))).isEqualTo("400 invalid_grant");
    }

    @Test
    void a_code_is_valid_for_one_minute() throws Exception {
        var late = newCode();
        sandboxFixture.advance(60_000);
        assertThat(redeem(redemption(late))).isEqualTo("400 invalid_grant");
        var soon = newCode();
        sandboxFixture.advance(59_999);
        assertThat(redeem(redemption(soon))).isEqualTo("200 ");
    }

    @ParameterizedTest
    @CsvSource({
        "code_verifier, dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXl",
        "code_verifier, ''",
        "redirect_uri, http://localhost:3000/back",
        "client_id, attacher"
    })
    void a_mismatched_redemption_fails_and_uses_up_the_code(String name, String value) throws Exception {
        var code = newCode();
        assertThat(redeem(with(redemption(code), name, value))).isEqualTo("400 invalid_grant");
        assertThat(redeem(redemption(code))).isEqualTo("400 invalid_grant");
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
    void a_redirect_uri_of_another_machine_is_rejected(String address) throws Exception {
        var forged = with(parameters(), "redirect_uri", address);
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
    void an_invalid_request_yields_no_code(String name, String value, String error) throws Exception {
        var form = with(with(parameters(), "user", "viewer"), name, value);
        assertThat(redirectParameters(post("/oidc/authorize", form)))
                .containsEntry("error", error)
                .doesNotContainKey("code");
    }

    @Test
    void a_page_of_any_origin_may_fetch_tokens() throws Exception {
        var response =
                sandboxFixture.send(sandboxFixture.request("/oidc/jwks").header("Origin", "http://localhost:3000"));
        assertThat(response.headers().firstValue("Access-Control-Allow-Origin")).hasValue("*");
    }
}
