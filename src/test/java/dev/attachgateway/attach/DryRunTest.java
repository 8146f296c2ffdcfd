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

/** Proves that a dry run changes nothing, reveals no more than a refusal, and is audited. */
@QuarkusTest
@TestProfile(StrictProfile.class)
@WithTestResource(PostgresForTests.class)
class DryRunTest {
    private static final Duration LIMIT = Timeouts.CONDITION;

    @Inject
    Pool pool;

    private AttachFixture attachFixture;

    @BeforeEach
    void awaitClosedBreaker() {
        Awaitility.await().atMost(LIMIT.multipliedBy(3)).until(() -> isAccepted(attach(AttachFixture.set())));
        attachFixture = AttachFixture.set();
    }

    /** Number of operations, events and keys stored for the fixture's disk. */
    private List<Long> storedRows() {
        var disk = UUID.fromString(attachFixture.disk());
        return List.of(
                count("operation where volume_id = $1", disk),
                count("event where volume_id = $1", disk),
                count("idempotency_key where fingerprint like '%' || $1", attachFixture.disk()));
    }

    private long count(String condition, Object value) {
        return pool.preparedQuery("select count(*) from " + condition)
                .execute(Tuple.of(value))
                .await()
                .atMost(LIMIT)
                .iterator()
                .next()
                .getLong(0);
    }

    @Test
    void a_dry_run_changes_nothing_and_reads_server_and_disk_once() {
        var stored = storedRows();
        var calls = attachFixture.cloud().requests().size();
        var answer = attach(attachFixture, "Idempotency-Key", "dry-run");
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
        assertThat(storedRows()).isEqualTo(stored);
        var real = attachFixture.attach("Idempotency-Key", "dry-run");
        assertThat(real.status()).isEqualTo(200);
        assertThat(real.header("Idempotency-Replayed")).isEmpty();
    }

    @Test
    void a_dry_run_reads_the_idempotency_key_and_does_not_claim_it() {
        var first = attachFixture.attach("Idempotency-Key", "once");
        attachFixture.awaitStatus(first.operationId(), "success");
        var stored = storedRows();
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
        assertThat(storedRows()).isEqualTo(stored);
    }

    @Test
    void without_a_grant_a_dry_run_reports_only_that() {
        var calls = attachFixture.cloud().requests().size();
        var dryRun = attach("stranger", attachFixture);
        assertThat(isAccepted(dryRun)).isFalse();
        assertThat(check(dryRun, "grant").path("status").asInt()).isEqualTo(403);
        assertThat(check(dryRun, "grant").path("error_code").asText()).isEqualTo("Gateway.NotGranted");
        assertThat(withOk(dryRun, "true")).containsExactly("who", "shape");
        assertThat(withOk(dryRun, "null"))
                .containsExactly("credential", "cloud", "reservation", "server", "disk", "line");
        var unknownServer =
                attach("stranger", attachFixture.with("00000000-0000-4000-8000-000000000000", attachFixture.disk()));
        assertThat(unknownServer.json().path("checks")).isEqualTo(dryRun.json().path("checks"));
        assertThat(attachFixture.cloud().requests()).hasSize(calls);
    }

    @Test
    void a_caller_without_project_access_gets_no_dry_run() {
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
    void invalid_dry_run_queries_are_rejected_with_400(String query) {
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
    void dry_run_false_starts_an_attach() {
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
    void dry_runs_are_audited_as_dry_runs() {
        var dryRun = attach(attachFixture).header("X-Request-Id");
        var refused = attach("stranger", attachFixture).header("X-Request-Id");
        assertThat(Awaitility.await().atMost(LIMIT).until(() -> auditEntries(dryRun), entries -> !entries.isEmpty()))
                .containsExactly(
                        "attach " + attachFixture.server() + " " + attachFixture.disk() + " allowed attachers dry run");
        assertThat(Awaitility.await().atMost(LIMIT).until(() -> auditEntries(refused), entries -> !entries.isEmpty()))
                .containsExactly("attach " + attachFixture.server() + " " + attachFixture.disk()
                        + " denied null No grant lets the caller attach here.");
    }

    private List<String> auditEntries(String requestId) {
        var entries = new ArrayList<String>();
        pool.preparedQuery(
                        "select concat_ws(' ', action, server_id, volume_id, verdict, coalesce(rule, 'null'), reason)"
                                + " from audit where request_id = $1")
                .execute(Tuple.of(requestId))
                .await()
                .atMost(LIMIT)
                .forEach(row -> entries.add(row.getString(0)));
        return entries;
    }
}
