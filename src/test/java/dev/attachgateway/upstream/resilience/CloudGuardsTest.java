package dev.attachgateway.upstream.resilience;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attachgateway.testkit.AttachFixture;
import dev.attachgateway.testkit.GatewayClient;
import dev.attachgateway.testkit.PostgresForTests;
import dev.attachgateway.testkit.QuickProfile;
import dev.attachgateway.testkit.SandboxCloud.Fault;
import dev.attachgateway.testkit.Timeouts;
import dev.attachgateway.upstream.ModelArtsClient;
import dev.attachgateway.upstream.http.CloudCallException;
import dev.attachgateway.upstream.http.CloudService;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.smallrye.faulttolerance.api.CircuitBreakerState;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Proves which requests reach a cloud that fails, throttles or recovers, counted in the sandbox. */
@QuarkusTest
@TestProfile(CloudGuardsTest.NoReserveProfile.class)
@WithTestResource(PostgresForTests.class)
class CloudGuardsTest {
    private static final Duration LIMIT = Timeouts.CONDITION;
    private static final Duration PROBE = Duration.ofSeconds(1);
    private static final int WINDOW = 40;

    /** Retries only from deposits, so that they can be counted exactly. */
    public static class NoReserveProfile extends QuickProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            var settings = new HashMap<>(super.getConfigOverrides());
            settings.put("upstream.retry.min-retries-per-second", "0");
            settings.put("upstream.breaker.window", Integer.toString(WINDOW));
            settings.put("upstream.breaker.delay", PROBE.toMillis() + "ms");
            settings.put("upstream.rate.reset-after", "2s");
            // Disables the poll for operators' breaker overrides: the test sets them itself.
            settings.put("operation.takeover-interval", "10m");
            return settings;
        }
    }

    @Inject
    CloudGuards guards;

    @Inject
    ModelArtsClient modelArtsClient;

    @Inject
    MeterRegistry registry;

    private AttachFixture attachFixture;

    @BeforeEach
    void resetGuards() {
        attachFixture = AttachFixture.set();
        guards.setOverride(CloudService.MODELARTS, BreakerOverride.CLOSED);
        guards.setOverride(CloudService.MODELARTS, BreakerOverride.AUTOMATIC);
        while (guards.withdrawStepRetry(GatewayClient.P1, CloudService.MODELARTS)) {
            // Empties the budget that the previous test left.
        }
    }

    @AfterEach
    void removeFaults() {
        guards.setOverride(CloudService.MODELARTS, BreakerOverride.AUTOMATIC);
        attachFixture.cloud().faults();
    }

    private GuardSnapshot modelArtsSnapshot() {
        return guards.snapshots().stream()
                .filter(guardSnapshot -> guardSnapshot.service() == CloudService.MODELARTS)
                .findFirst()
                .orElseThrow();
    }

    private GuardSnapshot.ProjectSnapshot projectSnapshot() {
        return modelArtsSnapshot().projects().stream()
                .filter(project -> project.projectId().equals(GatewayClient.P1))
                .findFirst()
                .orElseThrow();
    }

    private String readServer() {
        return modelArtsClient
                .server(GatewayClient.P1, attachFixture.server())
                .map(_ -> "served")
                .onFailure()
                .recoverWithItem(failure -> failure instanceof CloudCallException.NotStarted notStarted
                        ? notStarted.reason().name()
                        : failure.getClass().getSimpleName())
                .await()
                .atMost(LIMIT);
    }

    /** Reads the server the given number of times; returns the number of requests that reached the cloud. */
    private long requestsFor(int reads) {
        var before = serverRequests();
        for (var read = 0; read < reads; read++) {
            readServer();
        }
        return serverRequests() - before;
    }

    private long serverRequests() {
        return attachFixture.cloud().requests().stream()
                .filter(request -> request.path("server_id").asText().equals(attachFixture.server()))
                .count();
    }

    private double metric(String name, String... tags) {
        return registry.get("attach.gateway.upstream." + name)
                .tags("service", "modelarts")
                .tags(tags)
                .gauge()
                .value();
    }

    @Test
    void a_failing_cloud_receives_a_fifth_more_requests_than_first_attempts() {
        attachFixture.cloud().faults(Fault.status("server", 500));
        guards.setOverride(CloudService.MODELARTS, BreakerOverride.CLOSED);
        var saved = modelArtsSnapshot().projects().stream()
                .filter(project -> project.projectId().equals(GatewayClient.P1))
                .mapToDouble(GuardSnapshot.ProjectSnapshot::availableRetries)
                .sum();
        assertThat(saved).as("retries saved up by earlier tests").isLessThan(5);
        assertThat(requestsFor(50)).isEqualTo((long) Math.floor(60 + saved + 0.001));
        assertThat(guards.withdrawStepRetry(GatewayClient.P1, CloudService.MODELARTS))
                .isFalse();
        assertThat(projectSnapshot().availableRetries()).isLessThan(1);
    }

    @Test
    void a_step_that_cannot_be_retried_as_a_whole_withdraws_from_no_budget() {
        for (var call = 0; call < 10; call++) {
            modelArtsClient
                    .server(GatewayClient.P1, attachFixture.server())
                    .await()
                    .atMost(LIMIT);
        }
        while (guards.withdrawStepRetry(GatewayClient.P1, CloudService.EVS)) {
            // Empties the budget.
        }
        var granted = IntStream.range(0, 1_000)
                .filter(_ -> guards.withdrawStepRetry(GatewayClient.P1, CloudService.MODELARTS, CloudService.EVS))
                .count();
        assertThat(granted).isLessThan(10);
        assertThat(guards.withdrawStepRetry(GatewayClient.P1, CloudService.MODELARTS))
                .isTrue();
    }

    @Test
    void each_project_has_its_own_retry_budget() {
        attachFixture.cloud().faults(Fault.status("server", 500));
        guards.setOverride(CloudService.MODELARTS, BreakerOverride.CLOSED);
        requestsFor(5);
        attachFixture.cloud().faults();
        for (var call = 0; call < 10; call++) {
            modelArtsClient
                    .server(GatewayClient.P2, attachFixture.server())
                    .await()
                    .atMost(LIMIT);
        }
        assertThat(guards.withdrawStepRetry(GatewayClient.P1, CloudService.MODELARTS))
                .isFalse();
        assertThat(guards.withdrawStepRetry(GatewayClient.P2, CloudService.MODELARTS))
                .isTrue();
    }

    @Test
    void the_breaker_opens_reports_its_next_probe_and_closes_within_one_interval() {
        attachFixture.cloud().faults(Fault.status("server", 500));
        assertThat(requestsFor(200)).isLessThanOrEqualTo(WINDOW + 1);
        assertThat(readServer()).isEqualTo("BREAKER_OPEN");
        assertThat(modelArtsSnapshot().breakerState()).isEqualTo(CircuitBreakerState.OPEN);
        assertThat(modelArtsSnapshot().timeUntilProbe().orElseThrow()).isLessThanOrEqualTo(PROBE);
        assertThat(guards.remainingOpenTime())
                .hasValueSatisfying(remaining -> assertThat(remaining).isLessThanOrEqualTo(PROBE));
        assertThat(metric("breaker.state", "state", "open")).isEqualTo(1);
        assertThat(metric("breaker.probe.seconds")).isBetween(0.0, 1.0);

        attachFixture.cloud().faults();
        var recoveredAt = System.nanoTime();
        Awaitility.await()
                .atMost(LIMIT)
                .pollInterval(Duration.ofMillis(20))
                .until(() -> readServer().equals("served"));
        assertThat(Duration.ofNanos(System.nanoTime() - recoveredAt)).isLessThan(PROBE.plusSeconds(2));
        assertThat(modelArtsSnapshot().breakerState()).isEqualTo(CircuitBreakerState.CLOSED);
        assertThat(modelArtsSnapshot().timeUntilProbe()).isEmpty();
    }

    @Test
    void refusals_and_throttling_never_open_the_breaker() {
        attachFixture.cloud().faults(Fault.status("server", 400, "ModelArts.7000", "No."));
        requestsFor(2 * WINDOW);
        assertThat(modelArtsSnapshot().breakerState()).isEqualTo(CircuitBreakerState.CLOSED);
        attachFixture.cloud().faults(Fault.status("server", 429, "APIGW.0308", "limit:1000,time:1 second"));
        requestsFor(2 * WINDOW);
        assertThat(modelArtsSnapshot().breakerState()).isEqualTo(CircuitBreakerState.CLOSED);
        attachFixture
                .cloud()
                .faults(Fault.status("server", 429)
                        .body(com.fasterxml.jackson.databind.node.TextNode.valueOf("slow down")));
        requestsFor(2 * WINDOW);
        assertThat(modelArtsSnapshot().breakerState()).isEqualTo(CircuitBreakerState.CLOSED);
    }

    @Test
    void the_rate_follows_the_limit_stated_by_the_cloud_and_is_reset_later() {
        attachFixture
                .cloud()
                .faults(Fault.status("server", 429, "APIGW.0308", "over ratelimit,limit:6,time:1 minute")
                        .times(1));
        // The retry within the call finds no slot in time.
        assertThat(readServer()).isEqualTo("RATE_LIMITED");
        assertThat(projectSnapshot().readsPerSecond()).hasValue(0.1);
        assertThat(projectSnapshot().writesPerSecond()).isEmpty();
        assertThat(metric("rate.learnt", "calls", "read")).isEqualTo(0.1);
        // Ten seconds until the next slot: calls fail instead of waiting, and nothing is sent.
        assertThat(requestsFor(3)).isZero();
        assertThat(modelArtsSnapshot().breakerState()).isEqualTo(CircuitBreakerState.CLOSED);
        Awaitility.await().atMost(LIMIT).until(() -> readServer().equals("served"));
    }

    @Test
    void a_breaker_held_open_passes_no_call_and_one_held_closed_passes_every_call() {
        guards.setOverride(CloudService.MODELARTS, BreakerOverride.OPEN);
        assertThat(readServer()).isEqualTo("BREAKER_OPEN");
        assertThat(guards.remainingOpenTime()).isPresent();
        assertThat(attachFixture.attach().code()).isEqualTo("Gateway.CloudUnavailable");
        assertThat(modelArtsSnapshot().override()).isEqualTo(BreakerOverride.OPEN);
        assertThat(metric("breaker.forced", "forced", "open")).isEqualTo(1);
        assertThat(serverRequests()).isZero();

        guards.setOverride(CloudService.MODELARTS, BreakerOverride.AUTOMATIC);
        assertThat(readServer()).isEqualTo("served");
        assertThat(guards.remainingOpenTime()).isEmpty();

        guards.setOverride(CloudService.MODELARTS, BreakerOverride.CLOSED);
        attachFixture.cloud().faults(Fault.status("server", 500));
        assertThat(requestsFor(2 * WINDOW)).isGreaterThanOrEqualTo(2 * WINDOW);
        assertThat(guards.remainingOpenTime()).isEmpty();
    }
}
