package dev.attachgateway.attach;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attachgateway.testkit.GatewayClient;
import dev.attachgateway.testkit.PostgresForTests;
import dev.attachgateway.testkit.StrictProfile;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** Proves that whoami returns the caller's identity and permissions only, as the OpenAPI document specifies. */
@QuarkusTest
@TestProfile(StrictProfile.class)
@WithTestResource(PostgresForTests.class)
class WhoamiTest {
    private static final String PATH = "/v1/" + GatewayClient.P1 + "/whoami";

    private final GatewayClient gateway = GatewayClient.underTest();

    @Test
    void whoami_returns_identity_permissions_and_expiry() {
        var before = Instant.now();
        var token = gateway.token("attacher", Duration.ofMinutes(10));
        var response = gateway.get(PATH, "Authorization", "Bearer " + token);

        assertThat(response.status()).isEqualTo(200);
        assertThat(response.header("Cache-Control")).isEqualTo("no-store");
        assertThat(response.text("caller")).isEqualTo("sandbox:attacher");
        assertThat(response.text("issuer")).isEqualTo("sandbox");
        assertThat(response.text("subject")).isEqualTo("attacher");
        assertThat(response.text("project_id")).isEqualTo(GatewayClient.P1);
        assertThat(response.json().path("groups").toString()).isEqualTo("[\"attachers\"]");
        assertThat(Instant.parse(response.text("credential_ends_at")))
                .isBetween(before.plusSeconds(595), Instant.now().plusSeconds(610));
        assertThat(response.json().path("permissions").toString())
                .isEqualTo("[{\"actions\":[\"read\",\"attach\",\"detach\"],\"servers\":[\"*\"],\"disks\":[\"*\"]}]");
    }

    @Test
    void a_grant_for_one_subject_shows_no_groups_and_only_its_servers() {
        var response = gateway.get(
                PATH.toUpperCase(Locale.ROOT).replace("/V1", "/v1").replace("WHOAMI", "whoami"),
                gateway.withToken("stranger"));

        assertThat(response.json().path("groups").toString()).isEqualTo("[]");
        assertThat(response.json().path("permissions").toString())
                .isEqualTo("[{\"actions\":[\"read\",\"attach\"],"
                        + "\"servers\":[\"6513270e-269e-4d37-b2a7-4de452e6b438\"],\"disks\":[\"*\"]}]");
        assertThat(response.body()).as("the name of the grant is internal").doesNotContain("one-server");
    }

    @Test
    void a_caller_without_a_grant_in_the_project_is_rejected_with_403() {
        var refused = gateway.get(PATH, gateway.withToken("operator"));
        assertThat(refused.status()).isEqualTo(403);
        assertThat(refused.body()).doesNotContain("operators");
        assertThat(gateway.get("/v1/" + GatewayClient.P2 + "/whoami", gateway.withToken("attacher"))
                        .status())
                .isEqualTo(403);
        assertThat(gateway.get(PATH).status()).isEqualTo(401);
    }

    @Test
    void query_parameters_are_rejected_with_400() {
        assertThat(gateway.get(PATH + "?as=operator", gateway.withToken("attacher"))
                        .status())
                .isEqualTo(400);
    }
}
