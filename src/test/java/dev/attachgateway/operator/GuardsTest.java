package dev.attachgateway.operator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.attachgateway.testkit.AttachFixture;
import dev.attachgateway.testkit.HttpAnswer;
import dev.attachgateway.testkit.PostgresForTests;
import dev.attachgateway.testkit.QuickProfile;
import dev.attachgateway.testkit.Timeouts;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.vertx.mutiny.sqlclient.Pool;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.stream.StreamSupport;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Proves that operators can read guards and force breakers, on all replicas, and that overrides are audited. */
@QuarkusTest
@TestProfile(QuickProfile.class)
@WithTestResource(PostgresForTests.class)
class GuardsTest {
    private static final Duration LIMIT = Timeouts.CONDITION;

    @Inject
    Pool pool;

    private AttachFixture attachFixture;
    private OperatorClient operator;

    @BeforeEach
    void setUp() {
        attachFixture = AttachFixture.set();
        operator = OperatorClient.of(attachFixture);
    }

    @AfterEach
    void removeOverrides() {
        operator.force("modelarts", "automatic");
        operator.force("evs", "automatic");
    }

    private static JsonNode guard(HttpAnswer answer, String service) {
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        return StreamSupport.stream(answer.json().path("guards").spliterator(), false)
                .filter(guard -> guard.path("service").asText().equals(service))
                .findFirst()
                .orElseThrow();
    }

    private void run(String sql) {
        pool.query(sql).execute().await().atMost(LIMIT);
    }

    @Test
    void a_breaker_forced_open_rejects_calls_until_it_is_automatic_again() {
        var forced = guard(operator.force("modelarts", "open"), "modelarts");
        assertThat(forced.path("state").asText()).isEqualTo("open");
        assertThat(forced.path("forced_by").asText()).isEqualTo("sandbox:operator");
        var refused = attachFixture.attach();
        assertThat(refused.status()).isEqualTo(503);
        assertThat(refused.code()).isEqualTo("Gateway.CloudUnavailable");
        var waiting = attachFixture.attach("Prefer", "respond-async").operationId();
        Awaitility.await()
                .atMost(LIMIT)
                .until(() ->
                        attachFixture.operation(waiting).path("detail").asText().contains("an operator stopped it"));

        var automatic = guard(operator.force("modelarts", "automatic"), "modelarts");
        assertThat(automatic.path("state").asText()).isEqualTo("automatic");
        assertThat(automatic.has("forced_by")).isFalse();
        attachFixture.awaitStatus(waiting, "success");
        assertThat(guard(operator.get("guards"), "modelarts").path("projects").findValuesAsText("project_id"))
                .contains(dev.attachgateway.testkit.GatewayClient.P1);
    }

    @Test
    void an_override_set_on_another_replica_applies_here() {
        run("insert into forced_guard (service, state, forced_by) values ('evs', 'closed', 'sandbox:other')");
        Awaitility.await()
                .atMost(LIMIT)
                .untilAsserted(() -> assertThat(guard(operator.get("guards"), "evs")
                                .path("state")
                                .asText())
                        .isEqualTo("closed"));
        run("delete from forced_guard");
        Awaitility.await()
                .atMost(LIMIT)
                .untilAsserted(() -> assertThat(guard(operator.get("guards"), "evs")
                                .path("state")
                                .asText())
                        .isEqualTo("automatic"));
    }

    @Test
    void overrides_are_audited() {
        operator.force("evs", "closed");
        var rows = pool.query("select subject, project_id from audit where reason = 'Breaker of evs: closed.'")
                .execute()
                .await()
                .atMost(LIMIT)
                .iterator();
        assertThat(rows.next().getString("project_id")).isEqualTo("*");
        assertThat(operator.as("attacher").force("evs", "open").status()).isEqualTo(403);
        assertThat(operator.as("attacher").get("guards").status()).isEqualTo(403);
    }

    @ParameterizedTest
    @CsvSource({"modelarts, shut, 400", "obs, open, 400", "MODELARTS, open, 400"})
    void invalid_overrides_are_rejected_with_400(String service, String state, int status) {
        assertThat(operator.force(service, state).status()).isEqualTo(status);
        assertThat(operator.send("PUT", "/operator/guards/evs", "{}").status()).isEqualTo(400);
    }
}
