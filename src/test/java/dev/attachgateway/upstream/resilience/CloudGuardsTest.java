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

/** What the cloud sees of a gateway while it fails, throttles or is well again, counted at its own door. */
@QuarkusTest
@TestProfile(CloudGuardsTest.NoReserve.class)
@WithTestResource(PostgresForTests.class)
class CloudGuardsTest {
    private static final Duration LIMIT = Timeouts.CONDITION;
    private static final Duration PROBE = Duration.ofSeconds(1);
    private static final int WINDOW = 40;

    /** Repetitions only from the budget, so that they can be counted exactly. */
    public static class NoReserve extends QuickProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            var settings = new HashMap<>(super.getConfigOverrides());
            settings.put("upstream.retry.min-retries-per-second", "0");
            settings.put("upstream.breaker.window", Integer.toString(WINDOW));
            settings.put("upstream.breaker.delay", PROBE.toMillis() + "ms");
            settings.put("upstream.rate.reset-after", "2s");
            // Nobody looks meanwhile for what operators have said about the breakers: here the test says it.
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
    void well() {
        attachFixture = AttachFixture.set();
        guards.force(CloudService.MODELARTS, BreakerOverride.CLOSED);
        guards.force(CloudService.MODELARTS, BreakerOverride.NOT);
        while (guards.withdraw(GatewayClient.P1, CloudService.MODELARTS)) {
            // Nothing saved from the test before.
        }
    }

    @AfterEach
    void wellAgain() {
        guards.force(CloudService.MODELARTS, BreakerOverride.NOT);
        attachFixture.cloud().faults();
    }

    private GuardSnapshot view() {
        return guards.view().stream()
                .filter(guardSnapshot -> guardSnapshot.service() == CloudService.MODELARTS)
                .findFirst()
                .orElseThrow();
    }

    private GuardSnapshot.Project project() {
        return view().projects().stream()
                .filter(project -> project.projectId().equals(GatewayClient.P1))
                .findFirst()
                .orElseThrow();
    }

    private String look() {
        return modelArtsClient
                .server(GatewayClient.P1, attachFixture.server())
                .map(found -> "served")
                .onFailure()
                .recoverWithItem(failure -> failure instanceof CloudCallException.NotStarted notStarted
                        ? notStarted.why().name()
                        : failure.getClass().getSimpleName())
                .await()
                .atMost(LIMIT);
    }

    /** Looks at the server so often; answers how often the cloud was asked. */
    private long seen(int looks) {
        var before = asked();
        for (var look = 0; look < looks; look++) {
            look();
        }
        return asked() - before;
    }

    private long asked() {
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
    void a_cloud_that_fails_sees_a_fifth_more_than_was_offered() {
        attachFixture.cloud().faults(Fault.status("server", 500));
        guards.force(CloudService.MODELARTS, BreakerOverride.CLOSED);
        assertThat(seen(50)).isEqualTo(60);
        assertThat(guards.withdraw(GatewayClient.P1, CloudService.MODELARTS)).isFalse();
        assertThat(project().budget()).isLessThan(1);
    }

    @Test
    void a_step_that_cannot_be_repeated_as_a_whole_takes_from_no_budget() {
        for (var call = 0; call < 10; call++) {
            modelArtsClient
                    .server(GatewayClient.P1, attachFixture.server())
                    .await()
                    .atMost(LIMIT);
        }
        while (guards.withdraw(GatewayClient.P1, CloudService.EVS)) {
            // Nothing is left there.
        }
        var granted = IntStream.range(0, 1_000)
                .filter(again -> guards.withdraw(GatewayClient.P1, CloudService.MODELARTS, CloudService.EVS))
                .count();
        assertThat(granted).isLessThan(10);
        assertThat(guards.withdraw(GatewayClient.P1, CloudService.MODELARTS)).isTrue();
    }

    @Test
    void budgets_are_a_projects_own() {
        attachFixture.cloud().faults(Fault.status("server", 500));
        guards.force(CloudService.MODELARTS, BreakerOverride.CLOSED);
        seen(5);
        attachFixture.cloud().faults();
        for (var call = 0; call < 10; call++) {
            modelArtsClient
                    .server(GatewayClient.P2, attachFixture.server())
                    .await()
                    .atMost(LIMIT);
        }
        assertThat(guards.withdraw(GatewayClient.P1, CloudService.MODELARTS)).isFalse();
        assertThat(guards.withdraw(GatewayClient.P2, CloudService.MODELARTS)).isTrue();
    }

    @Test
    void the_breaker_opens_says_when_it_probes_and_serves_again_within_one_interval() {
        attachFixture.cloud().faults(Fault.status("server", 500));
        assertThat(seen(200)).isLessThanOrEqualTo(WINDOW + 1);
        assertThat(look()).isEqualTo("BREAKER_OPEN");
        assertThat(view().breaker()).isEqualTo(CircuitBreakerState.OPEN);
        assertThat(view().nextProbe().orElseThrow()).isLessThanOrEqualTo(PROBE);
        assertThat(guards.closedFor())
                .hasValueSatisfying(left -> assertThat(left).isLessThanOrEqualTo(PROBE));
        assertThat(metric("breaker.state", "state", "open")).isEqualTo(1);
        assertThat(metric("breaker.probe.seconds")).isBetween(0.0, 1.0);

        attachFixture.cloud().faults();
        var healed = System.nanoTime();
        Awaitility.await().atMost(LIMIT).pollInterval(Duration.ofMillis(20)).until(() -> look().equals("served"));
        assertThat(Duration.ofNanos(System.nanoTime() - healed)).isLessThan(PROBE.plusSeconds(2));
        assertThat(view().breaker()).isEqualTo(CircuitBreakerState.CLOSED);
        assertThat(view().nextProbe()).isEmpty();
    }

    @Test
    void refusals_and_throttling_never_open_it() {
        attachFixture.cloud().faults(Fault.status("server", 400, "ModelArts.7000", "No."));
        seen(2 * WINDOW);
        assertThat(view().breaker()).isEqualTo(CircuitBreakerState.CLOSED);
        attachFixture.cloud().faults(Fault.status("server", 429, "APIGW.0308", "limit:1000,time:1 second"));
        seen(2 * WINDOW);
        assertThat(view().breaker()).isEqualTo(CircuitBreakerState.CLOSED);
        attachFixture
                .cloud()
                .faults(Fault.status("server", 429)
                        .body(com.fasterxml.jackson.databind.node.TextNode.valueOf("slow down")));
        seen(2 * WINDOW);
        assertThat(view().breaker()).isEqualTo(CircuitBreakerState.CLOSED);
    }

    @Test
    void the_rate_follows_what_the_cloud_says_and_is_forgotten_later() {
        attachFixture
                .cloud()
                .faults(Fault.status("server", 429, "APIGW.0308", "over ratelimit,limit:6,time:1 minute")
                        .times(1));
        assertThat(look()).isEqualTo("THROTTLED");
        assertThat(project().readsPerSecond()).hasValue(0.1);
        assertThat(project().writesPerSecond()).isEmpty();
        assertThat(metric("rate.learnt", "calls", "read")).isEqualTo(0.1);
        // Ten seconds until the next one: nobody waits for that, and nothing is sent.
        assertThat(seen(3)).isZero();
        assertThat(view().breaker()).isEqualTo(CircuitBreakerState.CLOSED);
        Awaitility.await().atMost(LIMIT).until(() -> look().equals("served"));
    }

    @Test
    void held_open_nothing_passes_and_held_closed_everything_does() {
        guards.force(CloudService.MODELARTS, BreakerOverride.OPEN);
        assertThat(look()).isEqualTo("BREAKER_OPEN");
        assertThat(guards.closedFor()).isPresent();
        assertThat(attachFixture.attach().code()).isEqualTo("Gateway.CloudUnavailable");
        assertThat(view().forced()).isEqualTo(BreakerOverride.OPEN);
        assertThat(metric("breaker.forced", "forced", "open")).isEqualTo(1);
        assertThat(asked()).isZero();

        guards.force(CloudService.MODELARTS, BreakerOverride.NOT);
        assertThat(look()).isEqualTo("served");
        assertThat(guards.closedFor()).isEmpty();

        guards.force(CloudService.MODELARTS, BreakerOverride.CLOSED);
        attachFixture.cloud().faults(Fault.status("server", 500));
        assertThat(seen(2 * WINDOW)).isGreaterThanOrEqualTo(2 * WINDOW);
        assertThat(guards.closedFor()).isEmpty();
    }
}
