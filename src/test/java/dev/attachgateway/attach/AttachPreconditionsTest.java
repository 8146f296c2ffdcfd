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

/** Proves that each violated precondition is rejected with its status, code and next step, before a request is sent. */
@QuarkusTest
@TestProfile(QuickProfile.class)
@WithTestResource(PostgresForTests.class)
class AttachPreconditionsTest {
    private static final String RUNNING = "3f0c9a52-6d1e-4b7a-9c84-2a5e7d10b6f3";
    private static final String UNKNOWN = "00000000-0000-4000-8000-000000000000";

    @Inject
    Pool pool;

    private AttachFixture attachFixture;

    @BeforeEach
    void setUp() {
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
    void violated_preconditions_are_rejected_before_a_request_is_sent(
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
        // The refusal has released the disk: the next request is checked again and does not find it reserved.
        assertThat(here.attachAs("team-3").code()).isEqualTo(code);
    }

    @Test
    void a_disk_is_attached_to_a_stopped_server() {
        var here = attachFixture.with("8e81973e-0bec-47b0-b898-d190f9ebdacc", attachFixture.disk());
        here.awaitStatus(here.attach().operationId(), "success");
    }

    @Test
    void the_gravest_violation_decides_the_response_and_the_others_are_listed() {
        var notFound = attachFixture
                .with(UNKNOWN, "11111111-0000-4000-8000-000000000000")
                .attach();
        assertThat(notFound.status()).isEqualTo(404);
        assertThat(notFound.code()).isEqualTo("Gateway.ServerNotFound");
        assertThat(otherCodes(notFound)).containsExactly("Gateway.DiskNotFound");

        var invalidServer = attachFixture
                .cloud()
                .newServer(Map.of("status", "STARTING", "cloud_server", Map.of("type", "BMS"), "category", "SERVER"));
        var failedDisk = attachFixture.cloud().newVolume(Map.of("status", "error"));
        var invalid = attachFixture.with(invalidServer, failedDisk).attach();
        assertThat(invalid.status()).isEqualTo(422);
        assertThat(invalid.code()).isEqualTo("Gateway.UnsupportedServerType");
        assertThat(otherCodes(invalid)).containsExactly("Gateway.ServerState", "Gateway.DiskState");
        assertThat(attachFixture.with(RUNNING, failedDisk).attach().json().has("errors"))
                .isFalse();
    }

    @Test
    void a_dry_run_reports_a_pause_and_does_not_refuse_for_it() {
        var gateway = attachFixture.gateway();
        var operator = gateway.withToken("operator");
        gateway.send("PUT", "/operator/pauses/" + GatewayClient.P1, "{\"reason\":\"a test\"}", operator);
        try {
            var dryRun = attach(attachFixture);
            assertThat(isAccepted(dryRun)).as(dryRun.body()).isTrue();
            assertThat(check(dryRun, "line").path("found").asText()).startsWith("Sends are paused");
        } finally {
            gateway.send("DELETE", "/operator/pauses/" + GatewayClient.P1, "", operator);
        }
    }

    @Test
    void a_dry_run_reports_a_missing_cloud_credential() {
        var path = GatewayClient.attachPath("a-project-without-credential", attachFixture.server()) + DRY;
        var dryRun = attachFixture
                .gateway()
                .send(
                        "POST",
                        path,
                        GatewayClient.body(attachFixture.disk()),
                        attachFixture.gateway().withToken("operator"));
        assertThat(isAccepted(dryRun)).isFalse();
        assertThat(check(dryRun, "credential").path("error_code").asText()).isEqualTo("Gateway.NoCredential");
        assertThat(withOk(dryRun, "null")).containsExactly("server", "disk");
    }

    private static List<String> otherCodes(HttpAnswer problem) {
        return StreamSupport.stream(problem.json().path("errors").spliterator(), false)
                .map(error -> error.path("error_code").asText())
                .toList();
    }

    @Test
    void without_a_cloud_credential_no_operation_is_started() {
        var refused = attachFixture
                .gateway()
                .attach("operator", "a-project-without-credential", attachFixture.server(), attachFixture.disk());
        assertThat(refused.status()).isEqualTo(503);
        assertThat(refused.code()).isEqualTo("Gateway.NoCredential");
        assertThat(rows("a-project-without-credential")).isZero();
    }

    @Test
    void an_invalid_dry_run_parameter_does_not_start_an_attach() {
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
    void refusals_have_distinct_codes_and_a_next_step() {
        var codes = new HashSet<String>();
        var denied = attachFixture.attachAs("viewer");
        var unknown = attachFixture.with(UNKNOWN, attachFixture.disk()).attach();
        var wrongType = attachFixture
                .with("7a1b44d0-92c3-4e58-8f6d-0c9b3e2a5d71", attachFixture.disk())
                .attach();
        for (var answer : List.of(denied, unknown, wrongType)) {
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
