package dev.attachgateway.sandbox.cloud;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attachgateway.sandbox.SandboxFixture;
import dev.attachgateway.sandbox.SeededSandbox;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;

/** Proves that the IAM endpoint issues tokens and rejects invalid requests as documented. */
class IamEndpointTest extends SeededSandbox {

    @Test
    void the_token_is_in_a_header_and_its_expiry_in_the_body() throws Exception {
        HttpResponse<String> response =
                sandboxFixture.requestToken("gateway", new JsonObject().put("id", SandboxFixture.P1));
        assertThat(response.statusCode()).isEqualTo(201);
        assertThat(response.headers().firstValue("X-Subject-Token")).isPresent();
        var token = new JsonObject(response.body()).getJsonObject("token");
        assertThat(token.fieldNames())
                .containsExactlyInAnyOrder("expires_at", "issued_at", "methods", "project", "user", "roles", "catalog");
        assertThat(token.getString("issued_at")).isEqualTo("2026-11-23T12:00:00.000000Z");
        assertThat(token.getString("expires_at")).isEqualTo("2026-11-24T12:00:00.000000Z");
        assertThat(token.getJsonObject("project").getString("id")).isEqualTo(SandboxFixture.P1);
    }

    @Test
    void a_token_can_be_scoped_by_project_name() throws Exception {
        HttpResponse<String> response =
                sandboxFixture.requestToken("gateway", new JsonObject().put("name", "cn-north-9"));
        assertThat(new JsonObject(response.body())
                        .getJsonObject("token")
                        .getJsonObject("project")
                        .getString("id"))
                .isEqualTo(SandboxFixture.P1);
    }

    @Test
    void a_wrong_password_is_401() throws Exception {
        HttpResponse<String> response =
                sandboxFixture.requestToken("wrong", new JsonObject().put("id", SandboxFixture.P1));
        assertThat(response.statusCode()).isEqualTo(401);
        assertThat(response.body())
                .isEqualTo("{\"error\":{\"code\":401,\"message\":\"The username or password is wrong.\","
                        + "\"title\":\"Unauthorized\"}}");
    }

    @Test
    void an_unknown_project_or_an_unreadable_body_is_400() throws Exception {
        assertThat(sandboxFixture
                        .requestToken("gateway", new JsonObject().put("id", "nowhere"))
                        .statusCode())
                .isEqualTo(400);
        assertThat(sandboxFixture
                        .send(sandboxFixture.request("/iam/v3/auth/tokens").POST(BodyPublishers.ofString("{")))
                        .statusCode())
                .isEqualTo(400);
    }
}
