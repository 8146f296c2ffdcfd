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

/** What callers are told about themselves; each answer is held against the API's document as well. */
@QuarkusTest
@TestProfile(StrictProfile.class)
@WithTestResource(PostgresForTests.class)
class WhoamiTest {
    private static final String PATH = "/v1/" + GatewayClient.P1 + "/whoami";

    private final GatewayClient gateway = GatewayClient.underTest();

    @Test
    void a_caller_is_told_who_it_is_what_it_may_do_and_for_how_long() {
        var before = Instant.now();
        var token = gateway.token("attacher", Duration.ofMinutes(10));
        var told = gateway.get(PATH, "Authorization", "Bearer " + token);

        assertThat(told.status()).isEqualTo(200);
        assertThat(told.header("Cache-Control")).isEqualTo("no-store");
        assertThat(told.text("caller")).isEqualTo("sandbox:attacher");
        assertThat(told.text("issuer")).isEqualTo("sandbox");
        assertThat(told.text("subject")).isEqualTo("attacher");
        assertThat(told.text("project_id")).isEqualTo(GatewayClient.P1);
        assertThat(told.json().path("groups").toString()).isEqualTo("[\"attachers\"]");
        assertThat(Instant.parse(told.text("credential_ends_at")))
                .isBetween(before.plusSeconds(595), Instant.now().plusSeconds(610));
        assertThat(told.json().path("permissions").toString())
                .isEqualTo("[{\"actions\":[\"read\",\"attach\",\"detach\"],\"servers\":[\"*\"],\"disks\":[\"*\"]}]");
    }

    @Test
    void what_is_granted_to_a_subject_alone_shows_no_group_and_only_its_servers() {
        var told = gateway.get(
                PATH.toUpperCase(Locale.ROOT).replace("/V1", "/v1").replace("WHOAMI", "whoami"),
                gateway.withToken("stranger"));

        assertThat(told.json().path("groups").toString()).isEqualTo("[]");
        assertThat(told.json().path("permissions").toString())
                .isEqualTo("[{\"actions\":[\"read\",\"attach\"],"
                        + "\"servers\":[\"6513270e-269e-4d37-b2a7-4de452e6b438\"],\"disks\":[\"*\"]}]");
        assertThat(told.body()).as("the grant's name is its author's").doesNotContain("one-server");
    }

    @Test
    void who_has_no_grant_there_is_told_nothing() {
        var refused = gateway.get(PATH, gateway.withToken("operator"));
        assertThat(refused.status()).isEqualTo(403);
        assertThat(refused.body()).doesNotContain("operators");
        assertThat(gateway.get("/v1/" + GatewayClient.P2 + "/whoami", gateway.withToken("attacher"))
                        .status())
                .isEqualTo(403);
        assertThat(gateway.get(PATH).status()).isEqualTo(401);
    }

    @Test
    void it_takes_no_parameters() {
        assertThat(gateway.get(PATH + "?as=operator", gateway.withToken("attacher"))
                        .status())
                .isEqualTo(400);
    }
}
