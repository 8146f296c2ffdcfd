package dev.attachgateway.upstream.credential;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attachgateway.testkit.GatewayClient;
import dev.attachgateway.testkit.PostgresForTests;
import dev.attachgateway.testkit.QuickProfile;
import dev.attachgateway.testkit.SandboxCloud;
import dev.attachgateway.testkit.Timeouts;
import dev.attachgateway.upstream.EvsClient;
import dev.attachgateway.upstream.ModelArtsClient;
import dev.attachgateway.upstream.SendOptions;
import dev.attachgateway.upstream.http.CloudCallException;
import dev.attachgateway.upstream.http.Deadline;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Proves that a bad credential is sent at most twice, however many callers there are: five refusals in a row lock a
 * key.
 */
@QuarkusTest
@TestProfile(BadCredentialTest.WrongKeyAndPassword.class)
@WithTestResource(PostgresForTests.class)
class BadCredentialTest {
    private static final int CALLERS = 50;
    private static final String SERVER = "3f0c9a52-6d1e-4b7a-9c84-2a5e7d10b6f3";

    /** A wrong secret key in one project, a wrong password in the other. */
    public static class WrongKeyAndPassword extends QuickProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            var settings = new HashMap<>(super.getConfigOverrides());
            settings.put(
                    "upstream.credentials",
                    "credentials: [{projects: [\"" + GatewayClient.P1
                            + "\"], access_key: SANDBOXACCESSKEY1, secret_key: wrong}, {projects: [\""
                            + GatewayClient.P2
                            + "\"], user: gateway, password: wrong, domain: sandbox}]");
            return settings;
        }
    }

    @Inject
    ModelArtsClient modelArtsClient;

    @Inject
    EvsClient evs;

    @Inject
    MeterRegistry registry;

    private final SandboxCloud cloud = SandboxCloud.underTest();

    @BeforeEach
    void removeFaults() {
        cloud.faults();
    }

    /** The outcomes of {@link #CALLERS} concurrent calls to two services. */
    private List<String> outcomes(String projectId) {
        return Multi.createFrom()
                .range(0, CALLERS)
                .onItem()
                .transformToUniAndMerge(call -> (call % 2 == 0
                                ? modelArtsClient.server(projectId, SERVER).replaceWithVoid()
                                : evs.disk(projectId, SERVER).replaceWithVoid())
                        .map(_ -> "served")
                        .onFailure()
                        .recoverWithItem(BadCredentialTest::outcome))
                .collect()
                .asList()
                .await()
                .atMost(Timeouts.CONDITION);
    }

    private static String outcome(Throwable failure) {
        return failure instanceof CloudCallException.NotStarted notStarted
                ? notStarted.reason().name()
                : failure.getClass().getSimpleName();
    }

    private long refusals(String call) {
        return cloud.requests().stream()
                .filter(request -> request.path("status").asInt() == 401)
                .filter(request ->
                        call.equals("service") != request.path("call").asText().equals("token"))
                .count();
    }

    @Test
    void a_wrong_key_is_sent_twice() {
        var before = refusals("service");
        assertThat(outcomes(GatewayClient.P1)).hasSize(CALLERS).isSubsetOf("Refused", "CREDENTIAL");
        assertThat(outcomes(GatewayClient.P1)).containsOnly("CREDENTIAL");
        assertThat(refusals("service") - before).isEqualTo(2);
        assertThat(registry.get("attach.gateway.upstream.credentials.paused")
                        .gauge()
                        .value())
                .isGreaterThanOrEqualTo(1);
    }

    @Test
    void a_wrong_password_is_sent_at_most_twice() {
        var before = refusals("token");
        assertThat(outcomes(GatewayClient.P2)).hasSize(CALLERS).isSubsetOf("Refused", "CREDENTIAL");
        outcomes(GatewayClient.P2);
        assertThat(refusals("token") - before).isBetween(1L, 2L);
    }

    @Test
    void a_write_during_the_cooldown_does_not_start() {
        outcomes(GatewayClient.P1);
        var requestsBefore = cloud.requests().size();
        var sendOptions = new SendOptions(
                java.time.Instant.EPOCH, Deadline.after(System.nanoTime(), Duration.ofSeconds(5)), true);
        Uni<Object> attach = modelArtsClient
                .attach(GatewayClient.P1, SERVER, SERVER, sendOptions)
                .map(Object.class::cast);
        assertThat(attach.onFailure()
                        .recoverWithItem(failure -> outcome(Objects.requireNonNull(failure)))
                        .await()
                        .atMost(Timeouts.CONDITION))
                .isEqualTo("CREDENTIAL");
        assertThat(cloud.requests()).hasSize(requestsBefore);
    }
}
