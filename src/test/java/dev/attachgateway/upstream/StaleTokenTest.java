package dev.attachgateway.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attachgateway.testkit.Gateway;
import dev.attachgateway.testkit.PostgresForTests;
import dev.attachgateway.testkit.PracticeCloud.Fault;
import dev.attachgateway.testkit.QuickProfile;
import dev.attachgateway.testkit.Scene;
import dev.attachgateway.testkit.Timeouts;
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
                    "credentials: [{projects: [\"" + Gateway.P1 + "\", \"" + Gateway.P2
                            + "\"], user: gateway, password: gateway, domain: sandbox}]");
            settings.put("upstream.token-renewal-min-interval", "1m");
            return settings;
        }
    }

    @Inject
    ModelArts modelArts;

    @Test
    void it_is_renewed_once_and_the_request_sent_again() {
        var scene = Scene.set();
        var tokens = tokens(scene);
        scene.cloud()
                .faults(Fault.status("attach", 401, "APIGW.0307", "The token must be updated.")
                        .disk(scene.disk())
                        .times(1));
        var answer = scene.attach();
        assertThat(answer.status()).isEqualTo(200);
        var ended = scene.awaitStatus(answer.operationId(), "success");
        assertThat(ended.path("attempts").asInt()).isEqualTo(1);
        assertThat(scene.sends()).isEqualTo(2);
        assertThat(scene.effects()).isEqualTo(1);
        assertThat(tokens(scene)).isLessThanOrEqualTo(tokens + 2).isGreaterThan(tokens);
    }

    /** In a project of its own, since what is renewed once is not renewed again for a minute. */
    @Test
    void a_cloud_that_is_never_content_gets_one_new_token_and_not_one_for_each_call() {
        var scene = Scene.set();
        var tokens = tokens(scene);
        var looks = looks(scene);
        scene.cloud().faults(Fault.status("server", 401, "APIGW.0307", "The token must be updated."));
        for (var volley = 0; volley < 3; volley++) {
            var outcomes = Multi.createFrom()
                    .range(0, 20)
                    .onItem()
                    .transformToUniAndMerge(call -> modelArts
                            .server(Gateway.P2, scene.server())
                            .map(served -> "served")
                            .onFailure(UpstreamFailure.NotStarted.class)
                            .recoverWithItem("not started"))
                    .collect()
                    .asList()
                    .await()
                    .atMost(Timeouts.CONDITION);
            assertThat(outcomes).hasSize(20).containsOnly("not started");
        }
        assertThat(tokens(scene) - tokens).isLessThanOrEqualTo(2);
        assertThat(looks(scene) - looks).isLessThanOrEqualTo(60 + 20);
        scene.cloud().faults();
    }

    private static long looks(Scene scene) {
        return scene.cloud().requests().stream()
                .filter(request -> request.path("project_id").asText().equals(Gateway.P2))
                .filter(request -> request.path("call").asText().equals("server"))
                .count();
    }

    private static long tokens(Scene scene) {
        return scene.cloud().requests().stream()
                .filter(request -> request.path("call").asText().equals("token"))
                .count();
    }
}
