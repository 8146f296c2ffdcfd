package dev.attachgateway.upstream.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attachgateway.testkit.AttachFixture;
import dev.attachgateway.testkit.PostgresForTests;
import dev.attachgateway.testkit.QuickProfile;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Proves that signatures follow the cloud's clock when it deviates by more than the max age of a signature. */
@QuarkusTest
@TestProfile(QuickProfile.class)
@WithTestResource(PostgresForTests.class)
class ClockSkewTest {
    @Inject
    CloudClock clock;

    private final AttachFixture attachFixture = AttachFixture.set();

    @AfterEach
    void resetCloudClock() {
        attachFixture.cloud().behaviour(Map.of("clock_skew_ms", 0, "signature_ms", 900_000));
        assertThat(AttachFixture.set().attach().status()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(ints = {3_600_000, -3_600_000, 86_400_000})
    void a_signed_attach_is_accepted_despite_clock_skew(int skewMillis) {
        attachFixture.cloud().behaviour(Map.of("clock_skew_ms", skewMillis, "signature_ms", 5_000));
        var response = attachFixture.attach();
        assertThat(response.status()).isEqualTo(200);
        attachFixture.awaitStatus(response.operationId(), "success");
        assertThat(attachFixture.sends()).isEqualTo(1);
        assertThat(clock.skew())
                .isBetween(
                        Duration.ofMillis(Math.abs(skewMillis)).minusSeconds(3),
                        Duration.ofMillis(Math.abs(skewMillis)).plusSeconds(3));
    }
}
