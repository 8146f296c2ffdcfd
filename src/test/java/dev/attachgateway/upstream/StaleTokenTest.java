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

/** A token that the cloud wants renewed is renewed, for all who use it at once, and not for ever. */
@QuarkusTest
@TestProfile(StaleTokenTest.ByUser.class)
@WithTestResource(PostgresForTests.class)
class StaleTokenTest {

    /** A user without an access key, so that writes carry tokens too. */
    public static class ByUser extends QuickProfile {
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
    void it_is_renewed_once_and_the_request_sent_again() {
        var attachFixture = AttachFixture.set();
        var tokens = tokens(attachFixture);
        attachFixture
                .cloud()
                .faults(Fault.status("attach", 401, "APIGW.0307", "The token must be updated.")
                        .disk(attachFixture.disk())
                        .times(1));
        var answer = attachFixture.attach();
        assertThat(answer.status()).isEqualTo(200);
        var ended = attachFixture.awaitStatus(answer.operationId(), "success");
        assertThat(ended.path("attempts").asInt()).isEqualTo(1);
        assertThat(attachFixture.sends()).isEqualTo(2);
        assertThat(attachFixture.effects()).isEqualTo(1);
        assertThat(tokens(attachFixture)).isLessThanOrEqualTo(tokens + 2).isGreaterThan(tokens);
    }

    /** In a project of its own, since what is renewed once is not renewed again for a minute. */
    @Test
    void a_cloud_that_is_never_content_gets_one_new_token_and_not_one_for_each_call() {
        var attachFixture = AttachFixture.set();
        var tokens = tokens(attachFixture);
        var looks = looks(attachFixture);
        attachFixture.cloud().faults(Fault.status("server", 401, "APIGW.0307", "The token must be updated."));
        for (var volley = 0; volley < 3; volley++) {
            var outcomes = Multi.createFrom()
                    .range(0, 20)
                    .onItem()
                    .transformToUniAndMerge(call -> modelArtsClient
                            .server(GatewayClient.P2, attachFixture.server())
                            .map(served -> "served")
                            .onFailure(CloudCallException.NotStarted.class)
                            .recoverWithItem("not started"))
                    .collect()
                    .asList()
                    .await()
                    .atMost(Timeouts.CONDITION);
            assertThat(outcomes).hasSize(20).containsOnly("not started");
        }
        assertThat(tokens(attachFixture) - tokens).isLessThanOrEqualTo(2);
        assertThat(looks(attachFixture) - looks).isLessThanOrEqualTo(60 + 20);
        attachFixture.cloud().faults();
    }

    private static long looks(AttachFixture attachFixture) {
        return attachFixture.cloud().requests().stream()
                .filter(request -> request.path("project_id").asText().equals(GatewayClient.P2))
                .filter(request -> request.path("call").asText().equals("server"))
                .count();
    }

    private static long tokens(AttachFixture attachFixture) {
        return attachFixture.cloud().requests().stream()
                .filter(request -> request.path("call").asText().equals("token"))
                .count();
    }
}
