package dev.attachgateway.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attachgateway.testkit.AttachFixture;
import dev.attachgateway.testkit.GatewayClient;
import dev.attachgateway.testkit.PostgresForTests;
import dev.attachgateway.testkit.QuickProfile;
import dev.attachgateway.testkit.SandboxCloud.Fault;
import dev.attachgateway.testkit.Timeouts;
import dev.attachgateway.upstream.http.CloudCallException;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.smallrye.mutiny.Multi;
import jakarta.inject.Inject;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * Proves that a token that the cloud reports as stale is renewed once for all concurrent calls, and not without limit.
 */
@QuarkusTest
@TestProfile(StaleTokenTest.UserCredentialProfile.class)
@WithTestResource(PostgresForTests.class)
class StaleTokenTest {

    /** A user without an access key, so that writes also carry tokens. */
    public static class UserCredentialProfile extends QuickProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            var settings = new HashMap<>(super.getConfigOverrides());
            settings.put(
                    "upstream.credentials",
                    "credentials: [{projects: [\"" + GatewayClient.P1 + "\", \"" + GatewayClient.P2
                            + "\"], user: gateway, password: gateway, domain: sandbox}]");
            settings.put("upstream.token-renewal-min-interval", "1m");
            return settings;
        }
    }

    @Inject
    ModelArtsClient modelArtsClient;

    @Test
    void a_stale_token_is_renewed_once_and_the_request_is_resent() {
        var attachFixture = AttachFixture.set();
        var tokensBefore = tokenRequests(attachFixture);
        attachFixture
                .cloud()
                .faults(Fault.status("attach", 401, "APIGW.0307", "The token must be updated.")
                        .disk(attachFixture.disk())
                        .times(1));
        var response = attachFixture.attach();
        assertThat(response.status()).isEqualTo(200);
        var operation = attachFixture.awaitStatus(response.operationId(), "success");
        assertThat(operation.path("attempts").asInt()).isEqualTo(1);
        assertThat(attachFixture.sends()).isEqualTo(2);
        assertThat(attachFixture.effects()).isEqualTo(1);
        assertThat(tokenRequests(attachFixture))
                .isLessThanOrEqualTo(tokensBefore + 2)
                .isGreaterThan(tokensBefore);
    }

    /** In a project of its own, because a renewed token is not renewed again for a minute. */
    @Test
    void a_cloud_that_reports_every_token_as_stale_causes_one_renewal_not_one_per_call() {
        var attachFixture = AttachFixture.set();
        var tokensBefore = tokenRequests(attachFixture);
        var readsBefore = serverReads(attachFixture);
        attachFixture.cloud().faults(Fault.status("server", 401, "APIGW.0307", "The token must be updated."));
        for (var burst = 0; burst < 3; burst++) {
            var outcomes = Multi.createFrom()
                    .range(0, 20)
                    .onItem()
                    .transformToUniAndMerge(_ -> modelArtsClient
                            .server(GatewayClient.P2, attachFixture.server())
                            .map(_ -> "served")
                            .onFailure(CloudCallException.NotStarted.class)
                            .recoverWithItem("not started"))
                    .collect()
                    .asList()
                    .await()
                    .atMost(Timeouts.CONDITION);
            assertThat(outcomes).hasSize(20).containsOnly("not started");
        }
        assertThat(tokenRequests(attachFixture) - tokensBefore).isLessThanOrEqualTo(2);
        assertThat(serverReads(attachFixture) - readsBefore).isLessThanOrEqualTo(60 + 20);
        attachFixture.cloud().faults();
    }

    private static long serverReads(AttachFixture attachFixture) {
        return attachFixture.cloud().requests().stream()
                .filter(request -> request.path("project_id").asText().equals(GatewayClient.P2))
                .filter(request -> request.path("call").asText().equals("server"))
                .count();
    }

    private static long tokenRequests(AttachFixture attachFixture) {
        return attachFixture.cloud().requests().stream()
                .filter(request -> request.path("call").asText().equals("token"))
                .count();
    }
}
