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

/** With an access key each request is signed, and a verifier that shares no code with the signer accepts it. */
@QuarkusTest
@TestProfile(SignedCallsTest.Signed.class)
@WithTestResource(PostgresForTests.class)
class SignedCallsTest {

    /** The practice cloud's own access key in place of its user. */
    public static class Signed extends QuickProfile {
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
        var tokens = tokens(attachFixture);
        var answer = attachFixture.attach();

        assertThat(answer.status()).isEqualTo(200);
        attachFixture.awaitStatus(answer.operationId(), "success");
        assertThat(attachFixture.effects()).isEqualTo(1);
        assertThat(tokens(attachFixture)).isEqualTo(tokens);
    }

    @Test
    void a_read_refused_for_its_date_is_dated_anew_by_what_the_refusal_says() {
        var attachFixture = AttachFixture.set();
        attachFixture.cloud().behaviour(Map.of("clock_skew_ms", 7_200_000, "signature_ms", 5_000));
        try {
            assertThat(modelArtsClient
                            .server(GatewayClient.P1, attachFixture.server())
                            .await()
                            .atMost(Timeouts.CONDITION))
                    .isPresent();
            var answer = attachFixture.attach();
            assertThat(answer.status()).isEqualTo(200);
            assertThat(attachFixture.sends()).isEqualTo(1);
            // To the end: a poll on its way when the clock is set back would be the second refusal in a row.
            attachFixture.awaitStatus(answer.operationId(), "success");
        } finally {
            attachFixture.cloud().behaviour(Map.of("clock_skew_ms", 0, "signature_ms", 900_000));
        }
        assertThat(modelArtsClient
                        .server(GatewayClient.P1, attachFixture.server())
                        .await()
                        .atMost(Timeouts.CONDITION))
                .isPresent();
    }

    private static long tokens(AttachFixture attachFixture) {
        return attachFixture.cloud().requests().stream()
                .filter(request -> request.path("call").asText().equals("token"))
                .count();
    }
}
