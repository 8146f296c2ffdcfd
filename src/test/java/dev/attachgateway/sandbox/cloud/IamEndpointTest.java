package dev.attachgateway.sandbox.cloud;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attachgateway.sandbox.SandboxFixture;
import dev.attachgateway.sandbox.SeededSandbox;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;

class IamEndpointTest extends SeededSandbox {

    @Test
    void a_token_comes_in_a_header_and_its_expiry_in_the_body() throws Exception {
        HttpResponse<String> answer = sandboxFixture.iam("gateway", new JsonObject().put("id", SandboxFixture.P1));
        assertThat(answer.statusCode()).isEqualTo(201);
        assertThat(answer.headers().firstValue("X-Subject-Token")).isPresent();
        JsonObject token = new JsonObject(answer.body()).getJsonObject("token");
        assertThat(token.fieldNames())
                .containsExactlyInAnyOrder("expires_at", "issued_at", "methods", "project", "user", "roles", "catalog");
        assertThat(token.getString("issued_at")).isEqualTo("2026-11-23T12:00:00.000000Z");
        assertThat(token.getString("expires_at")).isEqualTo("2026-11-24T12:00:00.000000Z");
        assertThat(token.getJsonObject("project").getString("id")).isEqualTo(SandboxFixture.P1);
    }

    @Test
    void a_project_may_be_named() throws Exception {
        HttpResponse<String> answer = sandboxFixture.iam("gateway", new JsonObject().put("name", "cn-north-9"));
        assertThat(new JsonObject(answer.body())
                        .getJsonObject("token")
                        .getJsonObject("project")
                        .getString("id"))
                .isEqualTo(SandboxFixture.P1);
    }

    @Test
    void a_wrong_password_is_401() throws Exception {
        HttpResponse<String> answer = sandboxFixture.iam("wrong", new JsonObject().put("id", SandboxFixture.P1));
        assertThat(answer.statusCode()).isEqualTo(401);
        assertThat(answer.body())
                .isEqualTo("{\"error\":{\"code\":401,\"message\":\"The username or password is wrong.\","
                        + "\"title\":\"Unauthorized\"}}");
    }

    @Test
    void an_unknown_project_or_an_unreadable_body_is_400() throws Exception {
        assertThat(sandboxFixture
                        .iam("gateway", new JsonObject().put("id", "nowhere"))
                        .statusCode())
                .isEqualTo(400);
        assertThat(sandboxFixture
                        .send(sandboxFixture.request("/iam/v3/auth/tokens").POST(BodyPublishers.ofString("{")))
                        .statusCode())
                .isEqualTo(400);
    }
}
