package dev.attachgateway.sandbox.oidc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attachgateway.sandbox.SeededSandbox;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.consumer.JwtConsumerBuilder;
import org.jose4j.keys.resolvers.JwksVerificationKeyResolver;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Proves discovery, keys and the client credentials grant of the sandbox issuer. */
class OidcEndpointsTest extends SeededSandbox {

    private HttpRequest.Builder form(String form) {
        return sandboxFixture
                .request("/oidc/token")
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(form));
    }

    private JsonObject token(String client, String more) throws Exception {
        return new JsonObject(sandboxFixture
                .send(form("grant_type=client_credentials&client_id=" + client + "&client_secret=" + client + more))
                .body());
    }

    private JwtClaims verified(String jwt) throws Exception {
        var keys = new JsonWebKeySet(
                sandboxFixture.send(sandboxFixture.request("/oidc/jwks")).body());
        return new JwtConsumerBuilder()
                .setVerificationKeyResolver(new JwksVerificationKeyResolver(keys.getJsonWebKeys()))
                .setExpectedIssuer("http://localhost:0/sandbox/oidc")
                .setExpectedAudience("attach-gateway")
                .setRequireExpirationTime()
                .build()
                .processToClaims(jwt);
    }

    @ParameterizedTest
    @CsvSource({
        "attacher,[attachers]",
        "team-1,[attachers]",
        "team-99,[attachers]",
        "viewer,[viewers]",
        "operator,[operators]",
        "stranger,[]"
    })
    void a_client_gets_a_token_that_the_published_key_verifies(String client, String groups) throws Exception {
        JsonObject response = token(client, "");
        assertThat(response.getString("token_type")).isEqualTo("Bearer");
        assertThat(response.getInteger("expires_in")).isEqualTo(3_600);
        JwtClaims claims = verified(response.getString("access_token"));
        assertThat(claims.getSubject()).isEqualTo(client);
        assertThat(claims.getClaimValueAsString("azp")).isEqualTo(client);
        assertThat(claims.getStringListClaimValue("groups")).hasToString(groups);
        assertThat(claims.getJwtId())
                .isNotEqualTo(
                        verified(token(client, "").getString("access_token")).getJwtId());
        assertThat(claims.getExpirationTime().getValue() - claims.getIssuedAt().getValue())
                .isEqualTo(3_600);
    }

    @Test
    void a_client_may_use_http_basic_and_request_a_short_validity() throws Exception {
        String basic = Base64.getEncoder().encodeToString("viewer:viewer".getBytes(StandardCharsets.UTF_8));
        HttpResponse<String> response = sandboxFixture.send(
                form("grant_type=client_credentials&expires_in=5").header("Authorization", "Basic " + basic));
        JwtClaims claims = verified(new JsonObject(response.body()).getString("access_token"));
        assertThat(claims.getSubject()).isEqualTo("viewer");
        assertThat(claims.getExpirationTime().getValue() - claims.getIssuedAt().getValue())
                .isEqualTo(5);
    }

    @ParameterizedTest
    @CsvSource({
        "client_id=attacher&client_secret=attacher,400,invalid_request",
        "grant_type=password,400,unsupported_grant_type",
        "grant_type=client_credentials,401,invalid_client",
        "grant_type=client_credentials&client_id=attacher&client_secret=wrong,401,invalid_client",
        "grant_type=client_credentials&client_id=team-100&client_secret=team-100,401,invalid_client",
        "grant_type=client_credentials&client_id=viewer&client_secret=viewer&expires_in=0,400,invalid_request"
    })
    void errors_are_those_of_rfc_6749(String form, int status, String error) throws Exception {
        HttpResponse<String> rejected = sandboxFixture.send(form(form));
        assertThat(rejected.statusCode()).isEqualTo(status);
        assertThat(new JsonObject(rejected.body()).getString("error")).isEqualTo(error);
        assertThat(rejected.headers().firstValue("WWW-Authenticate").isPresent())
                .isEqualTo(status == 401);
    }

    @Test
    void discovery_contains_the_issuer_and_its_keys() throws Exception {
        var found = new JsonObject(sandboxFixture
                .send(sandboxFixture.request("/oidc/.well-known/openid-configuration"))
                .body());
        assertThat(found.getString("issuer")).isEqualTo("http://localhost:0/sandbox/oidc");
        assertThat(found.getString("jwks_uri")).isEqualTo("http://localhost:0/sandbox/oidc/jwks");
        assertThat(found.getString("token_endpoint")).isEqualTo("http://localhost:0/sandbox/oidc/token");
        assertThat(sandboxFixture.send(sandboxFixture.request("/oidc/jwks")).body())
                .doesNotContain("\"d\"");
    }

    @Test
    void a_token_issued_before_a_restart_and_a_reset_stays_valid() throws Exception {
        String jwt = token("attacher", "").getString("access_token");
        sandboxFixture.control("POST", "reset", "");
        sandboxFixture.restart();
        assertThat(verified(jwt).getSubject()).isEqualTo("attacher");
    }

    @Test
    void only_the_owner_may_read_the_key_file() throws Exception {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("issuer.jwk"))))
                .isEqualTo("rw-------");
    }
}
