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

/** The cloud's clock is another, further than it lets a signature's date be: signatures follow it. */
@QuarkusTest
@TestProfile(QuickProfile.class)
@WithTestResource(PostgresForTests.class)
class ClockSkewTest {
    @Inject
    CloudClock clock;

    private final AttachFixture attachFixture = AttachFixture.set();

    @AfterEach
    void rightAgain() {
        attachFixture.cloud().behaviour(Map.of("clock_skew_ms", 0, "signature_ms", 900_000));
        assertThat(AttachFixture.set().attach().status()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(ints = {3_600_000, -3_600_000, 86_400_000})
    void a_signed_attach_is_accepted_all_the_same(int skew) {
        attachFixture.cloud().behaviour(Map.of("clock_skew_ms", skew, "signature_ms", 5_000));
        var answer = attachFixture.attach();
        assertThat(answer.status()).isEqualTo(200);
        attachFixture.awaitStatus(answer.operationId(), "success");
        assertThat(attachFixture.sends()).isEqualTo(1);
        assertThat(clock.skew())
                .isBetween(
                        Duration.ofMillis(Math.abs(skew)).minusSeconds(3),
                        Duration.ofMillis(Math.abs(skew)).plusSeconds(3));
    }
}
