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

/** Operators see how the cloud's services are and hold a breaker open or closed, wherever their word was heard. */
@QuarkusTest
@TestProfile(QuickProfile.class)
@WithTestResource(PostgresForTests.class)
class GuardDeskTest {
    private static final Duration LIMIT = Timeouts.CONDITION;

    @Inject
    Pool pool;

    private AttachFixture attachFixture;
    private Operator operator;

    @BeforeEach
    void set() {
        attachFixture = AttachFixture.set();
        operator = Operator.of(attachFixture);
    }

    @AfterEach
    void leaveAlone() {
        operator.force("modelarts", "automatic");
        operator.force("evs", "automatic");
    }

    private static JsonNode guard(HttpAnswer answer, String service) {
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        return StreamSupport.stream(answer.json().path("guards").spliterator(), false)
                .filter(each -> each.path("service").asText().equals(service))
                .findFirst()
                .orElseThrow();
    }

    private void run(String sql) {
        pool.query(sql).execute().await().atMost(LIMIT);
    }

    @Test
    void a_breaker_held_open_lets_nothing_pass_until_it_is_left_alone() {
        var held = guard(operator.force("modelarts", "open"), "modelarts");
        assertThat(held.path("state").asText()).isEqualTo("open");
        assertThat(held.path("forced_by").asText()).isEqualTo("sandbox:operator");
        var refused = attachFixture.attach();
        assertThat(refused.status()).isEqualTo(503);
        assertThat(refused.code()).isEqualTo("Gateway.CloudUnavailable");
        var waits = attachFixture.attach("Prefer", "respond-async").operationId();
        Awaitility.await()
                .atMost(LIMIT)
                .until(() ->
                        attachFixture.operation(waits).path("detail").asText().contains("an operator stopped it"));

        var left = guard(operator.force("modelarts", "automatic"), "modelarts");
        assertThat(left.path("state").asText()).isEqualTo("automatic");
        assertThat(left.has("forced_by")).isFalse();
        attachFixture.awaitStatus(waits, "success");
        assertThat(guard(operator.get("guards"), "modelarts").path("projects").findValuesAsText("project_id"))
                .contains(dev.attachgateway.testkit.GatewayClient.P1);
    }

    @Test
    void a_word_that_another_replica_heard_holds_here_as_well() {
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
    void each_word_is_on_record() {
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
    void a_wish_that_is_none_is_400(String service, String state, int status) {
        assertThat(operator.force(service, state).status()).isEqualTo(status);
        assertThat(operator.send("PUT", "/operator/guards/evs", "{}").status()).isEqualTo(400);
    }
}
