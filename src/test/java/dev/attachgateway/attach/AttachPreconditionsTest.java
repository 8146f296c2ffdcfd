package dev.attachgateway.attach;

import static dev.attachgateway.attach.DryRunCalls.DRY;
import static dev.attachgateway.attach.DryRunCalls.attach;
import static dev.attachgateway.attach.DryRunCalls.check;
import static dev.attachgateway.attach.DryRunCalls.isAccepted;
import static dev.attachgateway.attach.DryRunCalls.withOk;
import static org.assertj.core.api.Assertions.assertThat;

import dev.attachgateway.testkit.AttachFixture;
import dev.attachgateway.testkit.GatewayClient;
import dev.attachgateway.testkit.HttpAnswer;
import dev.attachgateway.testkit.PostgresForTests;
import dev.attachgateway.testkit.QuickProfile;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.inject.Inject;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the cloud's own state forbids, each with its status, its code and what to do about it. */
@QuarkusTest
@TestProfile(QuickProfile.class)
@WithTestResource(PostgresForTests.class)
class AttachPreconditionsTest {
    private static final String RUNNING = "3f0c9a52-6d1e-4b7a-9c84-2a5e7d10b6f3";
    private static final String NOBODY = "00000000-0000-4000-8000-000000000000";

    @Inject
    Pool pool;

    private AttachFixture attachFixture;

    @BeforeEach
    void set() {
        attachFixture = AttachFixture.set();
    }

    @ParameterizedTest(name = "{2} {3}")
    @CsvSource({
        "00000000-0000-4000-8000-000000000000, fresh, 404, Gateway.ServerNotFound",
        "18f135d2-5f55-4203-b018-50c5a38fd547, fresh, 409, Gateway.ServerState",
        "3f98e277-4cbd-47ad-9c90-a9587403e430, fresh, 409, Gateway.ServerState",
        "7a1b44d0-92c3-4e58-8f6d-0c9b3e2a5d71, fresh, 422, Gateway.UnsupportedServerType",
        "5790f82e-c1d3-4cff-aa3a-f4d46b0a18e8, fresh, 422, Gateway.UnsupportedServerType",
        "3f0c9a52-6d1e-4b7a-9c84-2a5e7d10b6f3, 00000000-0000-4000-8000-000000000000, 404, Gateway.DiskNotFound",
        "3f0c9a52-6d1e-4b7a-9c84-2a5e7d10b6f3, ae658f33-fe3b-490b-93f4-48b3a5aa3c81, 409, Gateway.DiskInUse",
        "3f0c9a52-6d1e-4b7a-9c84-2a5e7d10b6f3, 58d5563d-ab2c-431e-a315-128862c33a4f, 409, Gateway.DiskInUse",
        "3f0c9a52-6d1e-4b7a-9c84-2a5e7d10b6f3, 5affb229-7631-4992-b0ce-583505c6af07, 409, Gateway.DiskState",
        "6513270e-269e-4d37-b2a7-4de452e6b438, ae658f33-fe3b-490b-93f4-48b3a5aa3c81, 409, Gateway.DiskAlreadyAttached"
    })
    void what_cannot_be_attached_is_refused_before_anything_is_sent(
            String server, String disk, int status, String code) {
        var here = attachFixture.with(server, disk.equals("fresh") ? attachFixture.disk() : disk);
        var refused = here.attach();
        assertThat(refused.status()).isEqualTo(status);
        assertThat(refused.code()).isEqualTo(code);
        assertThat(refused.text("next_step")).isNotBlank();
        assertThat(refused.text("error_msg")).isEqualTo(refused.text("detail")).isNotBlank();
        assertThat(refused.json().has("attached_by_operation_id")).isFalse();
        assertThat(here.sends()).isZero();

        var operation = here.operation(refused.operationId());
        assertThat(operation.path("operation_status").asText()).isEqualTo("failed");
        assertThat(operation.path("operation_error").path("code").asText()).isEqualTo(code);
        // The refusal has released the disk: the next one is looked at anew and not told that somebody has it.
        assertThat(here.attachAs("team-3").code()).isEqualTo(code);
    }

    @Test
    void a_stopped_server_takes_a_disk() {
        var here = attachFixture.with("8e81973e-0bec-47b0-b898-d190f9ebdacc", attachFixture.disk());
        here.awaitStatus(here.attach().operationId(), "success");
    }

    @Test
    void of_several_objections_the_gravest_answers_and_the_others_stand_beside_it() {
        var nothing = attachFixture
                .with(NOBODY, "11111111-0000-4000-8000-000000000000")
                .attach();
        assertThat(nothing.status()).isEqualTo(404);
        assertThat(nothing.code()).isEqualTo("Gateway.ServerNotFound");
        assertThat(others(nothing)).containsExactly("Gateway.DiskNotFound");

        var ill = attachFixture
                .cloud()
                .newServer(Map.of("status", "STARTING", "cloud_server", Map.of("type", "BMS"), "category", "SERVER"));
        var broken = attachFixture.cloud().newVolume(Map.of("status", "error"));
        var everything = attachFixture.with(ill, broken).attach();
        assertThat(everything.status()).isEqualTo(422);
        assertThat(everything.code()).isEqualTo("Gateway.UnsupportedServerType");
        assertThat(others(everything)).containsExactly("Gateway.ServerState", "Gateway.DiskState");
        assertThat(attachFixture.with(RUNNING, broken).attach().json().has("errors"))
                .isFalse();
    }

    @Test
    void a_dry_run_tells_of_a_pause_and_takes_it_for_no_refusal() {
        var gateway = attachFixture.gateway();
        var operator = gateway.withToken("operator");
        gateway.send("PUT", "/operator/pauses/" + GatewayClient.P1, "{\"reason\":\"a test\"}", operator);
        try {
            var tried = attach(attachFixture);
            assertThat(isAccepted(tried)).as(tried.body()).isTrue();
            assertThat(check(tried, "line").path("found").asText()).startsWith("Sends are paused");
        } finally {
            gateway.send("DELETE", "/operator/pauses/" + GatewayClient.P1, "", operator);
        }
    }

    @Test
    void without_a_credential_for_the_project_a_dry_run_says_so() {
        var path = GatewayClient.attachPath("a-project-without-credential", attachFixture.server()) + DRY;
        var tried = attachFixture
                .gateway()
                .send(
                        "POST",
                        path,
                        GatewayClient.body(attachFixture.disk()),
                        attachFixture.gateway().withToken("operator"));
        assertThat(isAccepted(tried)).isFalse();
        assertThat(check(tried, "credential").path("error_code").asText()).isEqualTo("Gateway.NoCredential");
        assertThat(withOk(tried, "null")).containsExactly("server", "disk");
    }

    private static List<String> others(HttpAnswer problem) {
        return StreamSupport.stream(problem.json().path("errors").spliterator(), false)
                .map(error -> error.path("error_code").asText())
                .toList();
    }

    @Test
    void without_a_credential_for_the_project_nothing_is_begun() {
        var refused = attachFixture
                .gateway()
                .attach("operator", "a-project-without-credential", attachFixture.server(), attachFixture.disk());
        assertThat(refused.status()).isEqualTo(503);
        assertThat(refused.code()).isEqualTo("Gateway.NoCredential");
        assertThat(rows("a-project-without-credential")).isZero();
    }

    @Test
    void what_is_no_dry_run_does_not_end_as_an_attach() {
        var refused = attachFixture
                .gateway()
                .send(
                        "POST",
                        GatewayClient.attachPath(GatewayClient.P1, attachFixture.server()) + "?dry_run=yes",
                        GatewayClient.body(attachFixture.disk()),
                        attachFixture.gateway().withToken(AttachFixture.CALLER));
        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.json().at("/errors/0/field").asText()).isEqualTo("dry_run");
        assertThat(attachFixture.cloud().requests("volume", attachFixture.disk()))
                .isEmpty();
    }

    @Test
    void no_two_refusals_share_a_code_and_a_next_step_is_never_empty() {
        var codes = new HashSet<String>();
        var busy = attachFixture.attachAs("viewer");
        var unknown = attachFixture.with(NOBODY, attachFixture.disk()).attach();
        var kind = attachFixture
                .with("7a1b44d0-92c3-4e58-8f6d-0c9b3e2a5d71", attachFixture.disk())
                .attach();
        for (var answer : List.of(busy, unknown, kind)) {
            assertThat(codes.add(answer.code())).isTrue();
            assertThat(answer.text("next_step")).endsWith(".");
        }
    }

    private long rows(String project) {
        return pool.preparedQuery("select count(*) as rows from operation where project_id = $1")
                .execute(Tuple.of(project))
                .await()
                .indefinitely()
                .iterator()
                .next()
                .getLong("rows");
    }
}
