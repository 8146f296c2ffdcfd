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

/** Proves that attach and read require a valid credential and a grant, and reveal nothing without them. */
@QuarkusTest
@TestProfile(QuickProfile.class)
@WithTestResource(PostgresForTests.class)
class AttachAuthorizationTest {
    private static final String UNKNOWN_OPERATION = "b894b879-a3c0-49ee-b5cb-92202b2794e2";

    private AttachFixture attachFixture;

    @BeforeEach
    void setUp() {
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

    private void assertNothingStarted() {
        assertThat(attachFixture.cloud().requests("volume", attachFixture.disk()))
                .isEmpty();
        assertThat(attachFixture.sends()).isZero();
    }

    @Test
    void requests_without_a_valid_credential_are_rejected_with_401() {
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
        assertNothingStarted();
    }

    @Test
    void a_token_is_accepted_until_it_expires_and_then_rejected_with_401() {
        var authorization = "Bearer " + attachFixture.gateway().token("viewer", Duration.ofSeconds(1));
        var path = GatewayClient.operationPath(GatewayClient.P1, attachFixture.server(), UNKNOWN_OPERATION);
        // Expiry is the only difference between the two responses: the clock skew allows five seconds more than the
        // token.
        var before = attachFixture.gateway().get(path, "Authorization", authorization);
        assertThat(before.status()).as(before.body()).isEqualTo(404);
        assertThat(before.code()).isEqualTo("Gateway.OperationNotFound");
        var expired = Awaitility.await()
                .atMost(Timeouts.CONDITION)
                .until(
                        () -> attachFixture.gateway().get(path, "Authorization", authorization),
                        response -> response.status() != 404);
        assertThat(expired.status()).isEqualTo(401);
        assertThat(expired.code()).isEqualTo("Gateway.NotAuthenticated");
    }

    @Test
    void the_token_is_also_accepted_in_x_auth_token() {
        assertThat(attachWith("X-Auth-Token", attachFixture.gateway().token("attacher"))
                        .status())
                .isEqualTo(200);
    }

    @Test
    void two_different_credentials_are_rejected_with_400() {
        var refused = attachWith(
                "Authorization",
                "Bearer " + attachFixture.gateway().token("attacher"),
                "X-Auth-Token",
                attachFixture.gateway().token("team-1"));
        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.code()).isEqualTo("Gateway.CredentialsDisagree");
        assertNothingStarted();
        var token = attachFixture.gateway().token("attacher");
        assertThat(attachWith("Authorization", "Bearer " + token, "X-Auth-Token", token)
                        .status())
                .isEqualTo(200);
    }

    @Test
    void responses_without_a_grant_do_not_reveal_whether_a_project_exists() {
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
        assertNothingStarted();
    }

    @Test
    void a_viewer_may_read_and_not_attach() {
        var attached = attachFixture.attach();
        assertThat(attachFixture
                        .gateway()
                        .operation("viewer", GatewayClient.P1, attachFixture.server(), attached.operationId())
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
    void a_caller_without_a_grant_is_rejected_with_403() {
        var attached = attachFixture.attach();
        assertThat(attachFixture.attachAs("stranger").status()).isEqualTo(403);
        assertThat(attachFixture
                        .gateway()
                        .operation("stranger", GatewayClient.P1, attachFixture.server(), attached.operationId())
                        .status())
                .isEqualTo(403);
    }

    @Test
    void authentication_and_authorization_come_before_validation() {
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
    void an_operation_is_found_only_at_its_own_path() {
        var attached = attachFixture.attach();
        for (var answer : List.of(
                attachFixture
                        .gateway()
                        .operation("attacher", GatewayClient.P1, attachFixture.server(), UNKNOWN_OPERATION),
                attachFixture
                        .gateway()
                        .operation(
                                "attacher",
                                GatewayClient.P1,
                                attachFixture.cloud().newServer(),
                                attached.operationId()),
                attachFixture
                        .gateway()
                        .operation("operator", GatewayClient.P2, attachFixture.server(), attached.operationId()))) {
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
                        .operation("attacher", GatewayClient.P1, "no-id", attached.operationId())
                        .status())
                .isEqualTo(400);
    }
}
