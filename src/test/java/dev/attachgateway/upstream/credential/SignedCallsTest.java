package dev.attachgateway.upstream.credential;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attachgateway.testkit.AttachFixture;
import dev.attachgateway.testkit.GatewayClient;
import dev.attachgateway.testkit.PostgresForTests;
import dev.attachgateway.testkit.QuickProfile;
import dev.attachgateway.testkit.Timeouts;
import dev.attachgateway.upstream.ModelArtsClient;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * Proves that requests are signed with an access key, and that a verifier that shares no code with the signer accepts
 * them.
 */
@QuarkusTest
@TestProfile(SignedCallsTest.AccessKeyProfile.class)
@WithTestResource(PostgresForTests.class)
class SignedCallsTest {

    /** The sandbox's access key instead of its user. */
    public static class AccessKeyProfile extends QuickProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            var settings = new HashMap<>(super.getConfigOverrides());
            settings.put(
                    "upstream.credentials",
                    "credentials: [{projects: [\"0123456789abcdef0123456789abcdef\"], access_key: SANDBOXACCESSKEY1,"
                            + " secret_key: sandbox-secret-key}]");
            return settings;
        }
    }

    @Inject
    ModelArtsClient modelArtsClient;

    @Test
    void a_disk_is_attached_without_a_token() {
        var attachFixture = AttachFixture.set();
        var tokensBefore = tokenRequests(attachFixture);
        var response = attachFixture.attach();

        assertThat(response.status()).isEqualTo(200);
        attachFixture.awaitStatus(response.operationId(), "success");
        assertThat(attachFixture.effects()).isEqualTo(1);
        assertThat(tokenRequests(attachFixture)).isEqualTo(tokensBefore);
    }

    @Test
    void a_read_refused_for_its_date_is_signed_again_with_the_date_of_the_refusal() {
        var attachFixture = AttachFixture.set();
        attachFixture.cloud().behaviour(Map.of("clock_skew_ms", 7_200_000, "signature_ms", 5_000));
        try {
            assertThat(modelArtsClient
                            .server(GatewayClient.P1, attachFixture.server())
                            .await()
                            .atMost(Timeouts.CONDITION))
                    .isPresent();
            var response = attachFixture.attach();
            assertThat(response.status()).isEqualTo(200);
            assertThat(attachFixture.sends()).isEqualTo(1);
            // Waits for the end: a poll in flight when the clock is reset would be the second refusal in a row.
            attachFixture.awaitStatus(response.operationId(), "success");
        } finally {
            attachFixture.cloud().behaviour(Map.of("clock_skew_ms", 0, "signature_ms", 900_000));
        }
        assertThat(modelArtsClient
                        .server(GatewayClient.P1, attachFixture.server())
                        .await()
                        .atMost(Timeouts.CONDITION))
                .isPresent();
    }

    private static long tokenRequests(AttachFixture attachFixture) {
        return attachFixture.cloud().requests().stream()
                .filter(request -> request.path("call").asText().equals("token"))
                .count();
    }
}
