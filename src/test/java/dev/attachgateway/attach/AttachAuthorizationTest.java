package dev.attachgateway.attach;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attachgateway.testkit.AttachFixture;
import dev.attachgateway.testkit.GatewayClient;
import dev.attachgateway.testkit.HttpAnswer;
import dev.attachgateway.testkit.PostgresForTests;
import dev.attachgateway.testkit.QuickProfile;
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
    private AttachFixture attachFixture;

    @BeforeEach
    void set() {
        attachFixture = AttachFixture.set();
    }

    private HttpAnswer attachWith(String... headers) {
        return attachFixture
                .gateway()
                .send(
                        "POST",
                        GatewayClient.attachPath(GatewayClient.P1, attachFixture.server()),
                        GatewayClient.body(attachFixture.disk()),
                        headers);
    }

    private void assertNothingBegan() {
        assertThat(attachFixture.cloud().requests("volume", attachFixture.disk()))
                .isEmpty();
        assertThat(attachFixture.sends()).isZero();
    }

    @Test
    void without_a_credential_that_holds_there_is_only_401() {
        var forged = attachFixture.gateway().token("attacher").replaceAll("[^.]+$", "AAAA");
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
        var shortLived = attachFixture.gateway().token("viewer", Duration.ofSeconds(1));
        var path = GatewayClient.operationPath(
                GatewayClient.P1, attachFixture.server(), "b894b879-a3c0-49ee-b5cb-92202b2794e2");
        Awaitility.await()
                .atMost(Timeouts.CONDITION)
                .until(() -> attachFixture
                                .gateway()
                                .get(path, "Authorization", "Bearer " + shortLived)
                                .status()
                        == 401);
    }

    @Test
    void the_clouds_own_header_carries_the_token_as_well() {
        assertThat(attachWith("X-Auth-Token", attachFixture.gateway().token("attacher"))
                        .status())
                .isEqualTo(200);
    }

    @Test
    void two_credentials_that_disagree_are_refused() {
        var refused = attachWith(
                "Authorization",
                "Bearer " + attachFixture.gateway().token("attacher"),
                "X-Auth-Token",
                attachFixture.gateway().token("team-1"));
        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.code()).isEqualTo("Gateway.CredentialsDisagree");
        assertNothingBegan();
        var twice = attachFixture.gateway().token("attacher");
        assertThat(attachWith("Authorization", "Bearer " + twice, "X-Auth-Token", twice)
                        .status())
                .isEqualTo(200);
    }

    @Test
    void a_project_without_a_grant_looks_the_same_whether_it_exists_or_not() {
        var existing = attachFixture
                .gateway()
                .attach("attacher", GatewayClient.P2, attachFixture.server(), attachFixture.disk());
        var unknown = attachFixture
                .gateway()
                .attach("attacher", "ffffffffffffffffffffffffffffffff", attachFixture.server(), attachFixture.disk());
        for (var answer : List.of(existing, unknown)) {
            assertThat(answer.status()).isEqualTo(403);
            assertThat(answer.code()).isEqualTo("Gateway.NotGranted");
        }
        assertThat(existing.text("detail")).isEqualTo(unknown.text("detail"));
        assertNothingBegan();
    }

    @Test
    void a_viewer_may_look_and_not_attach() {
        var done = attachFixture.attach();
        assertThat(attachFixture
                        .gateway()
                        .operation("viewer", GatewayClient.P1, attachFixture.server(), done.operationId())
                        .status())
                .isEqualTo(200);
        var other =
                attachFixture.with(attachFixture.server(), attachFixture.cloud().newVolume());
        var refused = other.attachAs("viewer");
        assertThat(refused.status()).isEqualTo(403);
        assertThat(refused.code()).isEqualTo("Gateway.NotGranted");
        assertThat(other.cloud().requests("volume", other.disk())).isEmpty();
    }

    @Test
    void a_stranger_may_nothing() {
        var done = attachFixture.attach();
        assertThat(attachFixture.attachAs("stranger").status()).isEqualTo(403);
        assertThat(attachFixture
                        .gateway()
                        .operation("stranger", GatewayClient.P1, attachFixture.server(), done.operationId())
                        .status())
                .isEqualTo(403);
    }

    @Test
    void who_comes_before_what() {
        var malformed = GatewayClient.attachPath("ffffffffffffffffffffffffffffffff", "not-an-id");
        assertThat(attachFixture.gateway().send("POST", malformed, "{").status())
                .isEqualTo(401);
        assertThat(attachFixture
                        .gateway()
                        .send("POST", malformed, "{", attachFixture.gateway().withToken("attacher"))
                        .status())
                .isEqualTo(403);
    }

    @Test
    void an_operation_is_found_only_at_its_own_address() {
        var done = attachFixture.attach();
        var nobody = "b894b879-a3c0-49ee-b5cb-92202b2794e2";
        for (var answer : List.of(
                attachFixture.gateway().operation("attacher", GatewayClient.P1, attachFixture.server(), nobody),
                attachFixture
                        .gateway()
                        .operation(
                                "attacher",
                                GatewayClient.P1,
                                attachFixture.cloud().newServer(),
                                done.operationId()),
                attachFixture
                        .gateway()
                        .operation("operator", GatewayClient.P2, attachFixture.server(), done.operationId()))) {
            assertThat(answer.status()).isEqualTo(404);
            assertThat(answer.code()).isEqualTo("Gateway.OperationNotFound");
        }
        assertThat(attachFixture
                        .gateway()
                        .operation("attacher", GatewayClient.P1, attachFixture.server(), "no-id")
                        .status())
                .isEqualTo(400);
        assertThat(attachFixture
                        .gateway()
                        .operation("attacher", GatewayClient.P1, "no-id", done.operationId())
                        .status())
                .isEqualTo(400);
    }
}
