package dev.attachgateway.attach;

import static dev.attachgateway.attach.DryRunCalls.attach;
import static dev.attachgateway.attach.DryRunCalls.check;
import static dev.attachgateway.attach.DryRunCalls.detach;
import static dev.attachgateway.attach.DryRunCalls.isAccepted;
import static dev.attachgateway.attach.DryRunCalls.withOk;
import static org.assertj.core.api.Assertions.assertThat;

import dev.attachgateway.testkit.AttachFixture;
import dev.attachgateway.testkit.PostgresForTests;
import dev.attachgateway.testkit.SandboxCloud.Fault;
import dev.attachgateway.testkit.StrictProfile;
import dev.attachgateway.testkit.Timeouts;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import java.time.Duration;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Proves that a dry run reports for each check the problem that the request itself would get. */
@QuarkusTest
@TestProfile(StrictProfile.class)
@WithTestResource(PostgresForTests.class)
class DryRunVerdictTest {
    private static final Duration LIMIT = Timeouts.CONDITION;
    private static final String READABLE_SERVER = "6513270e-269e-4d37-b2a7-4de452e6b438";

    private AttachFixture attachFixture;

    @BeforeEach
    void awaitClosedBreaker() {
        Awaitility.await().atMost(LIMIT.multipliedBy(3)).until(() -> isAccepted(attach(AttachFixture.set())));
        attachFixture = AttachFixture.set();
    }

    @ParameterizedTest(name = "{2} {0} {1}")
    @CsvSource({
        "00000000-0000-4000-8000-000000000000, fresh, server",
        "18f135d2-5f55-4203-b018-50c5a38fd547, fresh, server",
        "7a1b44d0-92c3-4e58-8f6d-0c9b3e2a5d71, fresh, server",
        "fresh, 00000000-0000-4000-8000-000000000000, disk",
        "fresh, ae658f33-fe3b-490b-93f4-48b3a5aa3c81, disk",
        "fresh, 5affb229-7631-4992-b0ce-583505c6af07, disk",
        "6513270e-269e-4d37-b2a7-4de452e6b438, ae658f33-fe3b-490b-93f4-48b3a5aa3c81, disk"
    })
    void a_dry_run_refuses_with_the_same_problem_as_the_request(String server, String disk, String name) {
        var here = attachFixture.with(
                server.equals("fresh") ? attachFixture.server() : server,
                disk.equals("fresh") ? attachFixture.disk() : disk);
        var dryRun = attach(here);
        assertThat(isAccepted(dryRun)).isFalse();
        var check = check(dryRun, name);
        assertThat(withOk(dryRun, "false")).containsExactly(name);
        var real = here.attach();
        assertThat(real.status()).isEqualTo(check.path("status").asInt());
        assertThat(real.code()).isEqualTo(check.path("error_code").asText());
        assertThat(real.text("detail")).isEqualTo(check.path("found").asText());
        assertThat(real.text("next_step")).isEqualTo(check.path("next_step").asText());
    }

    @Test
    void server_and_disk_checks_report_their_own_violations() {
        var invalidServer = attachFixture
                .cloud()
                .newServer(Map.of("status", "STARTING", "cloud_server", Map.of("type", "BMS"), "category", "SERVER"));
        var dryRun =
                attach(attachFixture.with(invalidServer, attachFixture.cloud().newVolume(Map.of("status", "error"))));
        assertThat(check(dryRun, "server").path("found").asText()).contains("BMS", "STARTING");
        assertThat(check(dryRun, "disk").path("found").asText()).contains("error");
    }

    @Test
    void a_reserved_disk_is_refused_and_its_operation_named_only_to_readers() {
        attachFixture.cloud().behaviour(Map.of("stuck", true));
        var held = attachFixture.attach();
        var own = attach(attachFixture);
        assertThat(isAccepted(own)).as(own.body()).isTrue();
        assertThat(check(own, "reservation").path("operation_id").asText()).isEqualTo(held.operationId());
        var other = attach("team-1", attachFixture);
        assertThat(isAccepted(other)).isFalse();
        assertThat(check(other, "reservation").path("error_code").asText()).isEqualTo("Gateway.DiskReserved");
        assertThat(check(other, "reservation").path("operation_id").asText()).isEqualTo(held.operationId());
        assertThat(check(other, "line").path("found").asText()).contains(": 1.");
        var stranger = attach("stranger", attachFixture.with(READABLE_SERVER, attachFixture.disk()));
        assertThat(check(stranger, "reservation").path("ok").asText()).isEqualTo("false");
        assertThat(stranger.body()).doesNotContain(held.operationId(), attachFixture.server());
        assertThat(isAccepted(attach(attachFixture, "Idempotency-Key", "own-key")))
                .isFalse();
    }

    @Test
    void a_detach_has_a_dry_run_as_well() {
        assertThat(check(detach(attachFixture), "disk").path("error_code").asText())
                .isEqualTo("Gateway.DiskNotAttached");
        attachFixture.attached();
        var dryRun = detach(attachFixture);
        assertThat(isAccepted(dryRun)).as(dryRun.body()).isTrue();
        assertThat(dryRun.text("operation_type")).isEqualTo("node_detach_volume");
        assertThat(attachFixture.detachSends()).isZero();
        assertThat(check(attach(attachFixture), "disk").path("error_code").asText())
                .isEqualTo("Gateway.DiskAlreadyAttached");
    }

    @Test
    void an_open_breaker_leaves_server_and_disk_undetermined() {
        attachFixture.cloud().faults(Fault.status("server", 500));
        Awaitility.await()
                .atMost(LIMIT)
                .until(() -> attachFixture
                        .with(attachFixture.server(), attachFixture.cloud().newVolume())
                        .attach()
                        .code()
                        .equals("Gateway.CloudUnavailable"));
        var calls = attachFixture.cloud().requests().size();
        var dryRun = attach(attachFixture);
        assertThat(isAccepted(dryRun)).isFalse();
        assertThat(check(dryRun, "cloud").path("error_code").asText()).isEqualTo("Gateway.CloudUnavailable");
        assertThat(withOk(dryRun, "null")).containsExactly("server", "disk");
        assertThat(check(dryRun, "server").path("found").asText()).contains("could not be read");
        assertThat(check(dryRun, "server").path("next_step").asText()).isNotBlank();
        assertThat(withOk(dryRun, "true")).contains("grant", "credential", "reservation", "line");
        assertThat(attachFixture.cloud().requests().stream().skip(calls))
                .extracting(request -> request.path("call").asText())
                .doesNotContain("server");
    }
}
