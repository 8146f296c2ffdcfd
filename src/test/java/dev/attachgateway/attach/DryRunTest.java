package dev.attachgateway.attach;

import static dev.attachgateway.attach.DryRunCalls.DRY;
import static dev.attachgateway.attach.DryRunCalls.attach;
import static dev.attachgateway.attach.DryRunCalls.check;
import static dev.attachgateway.attach.DryRunCalls.isAccepted;
import static dev.attachgateway.attach.DryRunCalls.withOk;
import static org.assertj.core.api.Assertions.assertThat;

import dev.attachgateway.testkit.AttachFixture;
import dev.attachgateway.testkit.GatewayClient;
import dev.attachgateway.testkit.PostgresForTests;
import dev.attachgateway.testkit.StrictProfile;
import dev.attachgateway.testkit.Timeouts;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A request that is only tried out leaves everything as it is, and tells nobody more than a refusal would. */
@QuarkusTest
@TestProfile(StrictProfile.class)
@WithTestResource(PostgresForTests.class)
class DryRunTest {
    private static final Duration LIMIT = Timeouts.CONDITION;

    @Inject
    Pool pool;

    private AttachFixture attachFixture;

    @BeforeEach
    void healthyAgain() {
        Awaitility.await().atMost(LIMIT.multipliedBy(3)).until(() -> isAccepted(attach(AttachFixture.set())));
        attachFixture = AttachFixture.set();
    }

    /** Everything that the gateway keeps of requests for the scene's disk. */
    private List<Long> kept() {
        var disk = UUID.fromString(attachFixture.disk());
        return List.of(
                count("operation where volume_id = $1", disk),
                count("event where volume_id = $1", disk),
                count("idempotency_key where fingerprint like '%' || $1", attachFixture.disk()));
    }

    private long count(String what, Object value) {
        return pool.preparedQuery("select count(*) from " + what)
                .execute(Tuple.of(value))
                .await()
                .atMost(LIMIT)
                .iterator()
                .next()
                .getLong(0);
    }

    @Test
    void it_changes_nothing_and_asks_for_server_and_disk_once() {
        var kept = kept();
        var calls = attachFixture.cloud().requests().size();
        var answer = attach(attachFixture, "Idempotency-Key", "tried-out");
        assertThat(isAccepted(answer)).as(answer.body()).isTrue();
        assertThat(withOk(answer, "true"))
                .containsExactly(
                        "who", "shape", "grant", "credential", "cloud", "key", "reservation", "server", "disk", "line");
        assertThat(attachFixture
                        .cloud()
                        .requests()
                        .subList(calls, attachFixture.cloud().requests().size()))
                .extracting(request -> request.path("call").asText())
                .containsExactlyInAnyOrder("server", "volume");
        assertThat(attachFixture.cloud().requests("attach", attachFixture.disk()))
                .isEmpty();
        assertThat(kept()).isEqualTo(kept);
        var real = attachFixture.attach("Idempotency-Key", "tried-out");
        assertThat(real.status()).isEqualTo(200);
        assertThat(real.header("Idempotency-Replayed")).isEmpty();
    }

    @Test
    void a_key_is_looked_up_and_not_used() {
        var first = attachFixture.attach("Idempotency-Key", "once");
        attachFixture.awaitStatus(first.operationId(), "success");
        var kept = kept();
        var again = attach(attachFixture, "Idempotency-Key", "once");
        assertThat(isAccepted(again)).as(again.body()).isTrue();
        assertThat(check(again, "key").path("operation_id").asText()).isEqualTo(first.operationId());
        assertThat(again.header("Idempotency-Replayed")).isEmpty();
        var other = attach(
                attachFixture.with(attachFixture.server(), attachFixture.cloud().newVolume()),
                "Idempotency-Key",
                "once");
        assertThat(isAccepted(other)).isFalse();
        assertThat(check(other, "key").path("error_code").asText()).isEqualTo("Gateway.KeyReused");
        assertThat(kept()).isEqualTo(kept);
    }

    @Test
    void without_a_grant_it_says_so_and_tells_nothing_else() {
        var calls = attachFixture.cloud().requests().size();
        var tried = attach("stranger", attachFixture);
        assertThat(isAccepted(tried)).isFalse();
        assertThat(check(tried, "grant").path("status").asInt()).isEqualTo(403);
        assertThat(check(tried, "grant").path("error_code").asText()).isEqualTo("Gateway.NotGranted");
        assertThat(withOk(tried, "true")).containsExactly("who", "shape");
        assertThat(withOk(tried, "null"))
                .containsExactly("credential", "cloud", "reservation", "server", "disk", "line");
        var nowhere =
                attach("stranger", attachFixture.with("00000000-0000-4000-8000-000000000000", attachFixture.disk()));
        assertThat(nowhere.json().path("checks")).isEqualTo(tried.json().path("checks"));
        assertThat(attachFixture.cloud().requests()).hasSize(calls);
    }

    @Test
    void a_stranger_to_the_project_learns_nothing() {
        assertThat(attach("viewer", attachFixture).status()).isEqualTo(403);
        var path = GatewayClient.attachPath(GatewayClient.P1, attachFixture.server()) + DRY;
        assertThat(attachFixture
                        .gateway()
                        .send("POST", path, GatewayClient.body(attachFixture.disk()))
                        .status())
                .isEqualTo(401);
    }

    @ParameterizedTest
    @ValueSource(strings = {"dry_run=", "dry_run=1", "dry_run=TRUE", "dry_run=true&dry_run=true", "dry_run=true&x=y"})
    void whatever_else_is_asked_for_is_refused(String query) {
        for (var call : List.of("POST", "DELETE")) {
            var path = call.equals("POST")
                    ? GatewayClient.attachPath(GatewayClient.P1, attachFixture.server())
                    : GatewayClient.detachPath(GatewayClient.P1, attachFixture.server(), attachFixture.disk());
            var refused = attachFixture
                    .gateway()
                    .send(
                            call,
                            path + "?" + query,
                            call.equals("POST") ? GatewayClient.body(attachFixture.disk()) : "",
                            attachFixture.gateway().withToken(AttachFixture.CALLER));
            assertThat(refused.status()).isEqualTo(400);
            assertThat(refused.json().at("/errors/0/field").asText()).isEqualTo(query.contains("x=") ? "x" : "dry_run");
        }
        assertThat(attachFixture.cloud().requests("volume", attachFixture.disk()))
                .isEmpty();
    }

    @Test
    void what_is_no_dry_run_is_a_request() {
        var path = GatewayClient.attachPath(GatewayClient.P1, attachFixture.server()) + "?dry_run=false";
        var real = attachFixture
                .gateway()
                .send(
                        "POST",
                        path,
                        GatewayClient.body(attachFixture.disk()),
                        attachFixture.gateway().withToken(AttachFixture.CALLER));
        attachFixture.awaitStatus(real.operationId(), "success");
        assertThat(attachFixture.sends()).isEqualTo(1);
    }

    @Test
    void it_is_on_record_as_what_it_is() {
        var tried = attach(attachFixture).header("X-Request-Id");
        var refused = attach("stranger", attachFixture).header("X-Request-Id");
        assertThat(Awaitility.await().atMost(LIMIT).until(() -> lines(tried), lines -> !lines.isEmpty()))
                .containsExactly(
                        "attach " + attachFixture.server() + " " + attachFixture.disk() + " allowed attachers dry run");
        assertThat(Awaitility.await().atMost(LIMIT).until(() -> lines(refused), lines -> !lines.isEmpty()))
                .containsExactly("attach " + attachFixture.server() + " " + attachFixture.disk()
                        + " denied null No grant lets the caller attach here.");
    }

    private List<String> lines(String requestId) {
        var lines = new ArrayList<String>();
        pool.preparedQuery(
                        "select concat_ws(' ', action, server_id, volume_id, verdict, coalesce(rule, 'null'), reason)"
                                + " from audit where request_id = $1")
                .execute(Tuple.of(requestId))
                .await()
                .atMost(LIMIT)
                .forEach(row -> lines.add(row.getString(0)));
        return lines;
    }
}
