package dev.attachgateway.attach;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attachgateway.testkit.Answer;
import dev.attachgateway.testkit.Gateway;
import dev.attachgateway.testkit.PostgresForTests;
import dev.attachgateway.testkit.QuickProfile;
import dev.attachgateway.testkit.Scene;
import dev.attachgateway.testkit.Timeouts;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who may attach: nobody, until a grant says so. */
@QuarkusTest
@TestProfile(QuickProfile.class)
@WithTestResource(PostgresForTests.class)
class AttachAuthorizationTest {
    private Scene scene;

    @BeforeEach
    void set() {
        scene = Scene.set();
    }

    private Answer attachWith(String... headers) {
        return scene.gateway()
                .send("POST", Gateway.attachPath(Gateway.P1, scene.server()), Gateway.body(scene.disk()), headers);
    }

    private void assertNothingBegan() {
        assertThat(scene.cloud().requests("volume", scene.disk())).isEmpty();
        assertThat(scene.sends()).isZero();
    }

    @Test
    void without_a_credential_that_holds_there_is_only_401() {
        var forged = scene.gateway().token("attacher").replaceAll("[^.]+$", "AAAA");
        for (var answer : List.of(
                attachWith(),
                attachWith("Authorization", "Bearer garbage"),
                attachWith("Authorization", "Basic YTpi"),
                attachWith("Authorization", "Bearer " + forged),
                attachWith("X-Auth-Token", "garbage"))) {
            assertThat(answer.status()).isEqualTo(401);
            assertThat(answer.code()).isEqualTo("Gateway.NotAuthenticated");
            assertThat(answer.header("WWW-Authenticate")).startsWith("Bearer");
        }
        assertNothingBegan();
    }

    @Test
    void an_expired_token_is_401() {
        var shortLived = scene.gateway().token("viewer", Duration.ofSeconds(1));
        var path = Gateway.operationPath(Gateway.P1, scene.server(), "b894b879-a3c0-49ee-b5cb-92202b2794e2");
        Awaitility.await()
                .atMost(Timeouts.CONDITION)
                .until(() -> scene.gateway()
                                .get(path, "Authorization", "Bearer " + shortLived)
                                .status()
                        == 401);
    }

    @Test
    void the_clouds_own_header_carries_the_token_as_well() {
        assertThat(attachWith("X-Auth-Token", scene.gateway().token("attacher")).status())
                .isEqualTo(200);
    }

    @Test
    void two_credentials_that_disagree_are_refused() {
        var refused = attachWith(
                "Authorization",
                "Bearer " + scene.gateway().token("attacher"),
                "X-Auth-Token",
                scene.gateway().token("team-1"));
        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.code()).isEqualTo("Gateway.CredentialsDisagree");
        assertNothingBegan();
        var twice = scene.gateway().token("attacher");
        assertThat(attachWith("Authorization", "Bearer " + twice, "X-Auth-Token", twice)
                        .status())
                .isEqualTo(200);
    }

    @Test
    void a_project_without_a_grant_looks_the_same_whether_it_exists_or_not() {
        var existing = scene.gateway().attach("attacher", Gateway.P2, scene.server(), scene.disk());
        var unknown =
                scene.gateway().attach("attacher", "ffffffffffffffffffffffffffffffff", scene.server(), scene.disk());
        for (var answer : List.of(existing, unknown)) {
            assertThat(answer.status()).isEqualTo(403);
            assertThat(answer.code()).isEqualTo("Gateway.NotGranted");
        }
        assertThat(existing.text("detail")).isEqualTo(unknown.text("detail"));
        assertNothingBegan();
    }

    @Test
    void a_viewer_may_look_and_not_attach() {
        var done = scene.attach();
        assertThat(scene.gateway()
                        .operation("viewer", Gateway.P1, scene.server(), done.operationId())
                        .status())
                .isEqualTo(200);
        var other = scene.with(scene.server(), scene.cloud().newVolume());
        var refused = other.attachAs("viewer");
        assertThat(refused.status()).isEqualTo(403);
        assertThat(refused.code()).isEqualTo("Gateway.NotGranted");
        assertThat(other.cloud().requests("volume", other.disk())).isEmpty();
    }

    @Test
    void a_stranger_may_nothing() {
        var done = scene.attach();
        assertThat(scene.attachAs("stranger").status()).isEqualTo(403);
        assertThat(scene.gateway()
                        .operation("stranger", Gateway.P1, scene.server(), done.operationId())
                        .status())
                .isEqualTo(403);
    }

    @Test
    void who_comes_before_what() {
        var malformed = Gateway.attachPath("ffffffffffffffffffffffffffffffff", "not-an-id");
        assertThat(scene.gateway().send("POST", malformed, "{").status()).isEqualTo(401);
        assertThat(scene.gateway()
                        .send("POST", malformed, "{", scene.gateway().withToken("attacher"))
                        .status())
                .isEqualTo(403);
    }

    @Test
    void an_operation_is_found_only_at_its_own_address() {
        var done = scene.attach();
        var nobody = "b894b879-a3c0-49ee-b5cb-92202b2794e2";
        for (var answer : List.of(
                scene.gateway().operation("attacher", Gateway.P1, scene.server(), nobody),
                scene.gateway().operation("attacher", Gateway.P1, scene.cloud().newServer(), done.operationId()),
                scene.gateway().operation("operator", Gateway.P2, scene.server(), done.operationId()))) {
            assertThat(answer.status()).isEqualTo(404);
            assertThat(answer.code()).isEqualTo("Gateway.OperationNotFound");
        }
        assertThat(scene.gateway()
                        .operation("attacher", Gateway.P1, scene.server(), "no-id")
                        .status())
                .isEqualTo(400);
        assertThat(scene.gateway()
                        .operation("attacher", Gateway.P1, "no-id", done.operationId())
                        .status())
                .isEqualTo(400);
    }
}
