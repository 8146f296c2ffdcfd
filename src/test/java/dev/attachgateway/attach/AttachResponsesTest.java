package dev.attachgateway.attach;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attachgateway.testkit.AttachFixture;
import dev.attachgateway.testkit.GatewayClient;
import dev.attachgateway.testkit.HttpAnswer;
import dev.attachgateway.testkit.PausedSends;
import dev.attachgateway.testkit.PostgresForTests;
import dev.attachgateway.testkit.QuickProfile;
import dev.attachgateway.testkit.SandboxCloud.Fault;
import dev.attachgateway.testkit.Timeouts;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.vertx.mutiny.sqlclient.Pool;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Proves status and headers of attach responses, and that neither the wait nor a disconnect affects the operation. */
@QuarkusTest
@TestProfile(QuickProfile.class)
@WithTestResource(PostgresForTests.class)
class AttachResponsesTest {
    @Inject
    Pool pool;

    private AttachFixture attachFixture;

    @BeforeEach
    void setUp() {
        attachFixture = AttachFixture.set();
    }

    @Test
    void an_attach_accepted_by_the_cloud_is_200_without_retry_after() {
        var answer = attachFixture.attach();
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("Location")).isEmpty();
        assertThat(answer.header("Retry-After")).isEmpty();
        assertThat(answer.header("Preference-Applied")).isEmpty();
    }

    @Test
    void respond_async_is_202_with_location_and_retry_after() {
        attachFixture.cloud().faults(Fault.delay("server", Duration.ofMillis(300)));
        var answer = attachFixture.attach("Prefer", "respond-async");
        assertThat(answer.status()).isEqualTo(202);
        assertThat(answer.text("operation_status")).isEqualTo("pending");
        assertThat(answer.header("Preference-Applied")).isEqualTo("respond-async");
        assertThat(answer.header("Retry-After")).isEqualTo("1");
        assertThat(answer.header("Location"))
                .isEqualTo(GatewayClient.operationPath(GatewayClient.P1, attachFixture.server(), answer.operationId()));
        assertThat(attachFixture
                        .gateway()
                        .get(answer.header("Location"), attachFixture.gateway().withToken(AttachFixture.CALLER))
                        .operationId())
                .isEqualTo(answer.operationId());
        attachFixture.awaitStatus(answer.operationId(), "success");
        assertThat(attachFixture.effects()).isEqualTo(1);
    }

    @Test
    void a_wait_of_zero_gets_an_immediate_response() {
        attachFixture.cloud().faults(Fault.delay("server", Duration.ofMillis(300)));
        var answer = attachFixture.attach("Prefer", "wait=0");
        assertThat(answer.status()).isEqualTo(202);
        assertThat(answer.header("Preference-Applied")).isEqualTo("wait=0");
        attachFixture.awaitStatus(answer.operationId(), "success");
    }

    @Test
    void the_wait_bounds_the_response_and_not_the_operation() {
        HttpAnswer answer;
        try (var _ = PausedSends.of(pool, GatewayClient.P1)) {
            var start = System.nanoTime();
            answer = attachFixture.attach("Prefer", "wait=1");
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(900));
            assertThat(answer.status()).isEqualTo(202);
            assertThat(answer.header("Preference-Applied")).isEqualTo("wait=1");
            assertThat(attachFixture.effects()).isZero();
        }
        attachFixture.awaitStatus(answer.operationId(), "success");
        assertThat(attachFixture.sends()).isEqualTo(1);
        assertThat(attachFixture.effects()).isEqualTo(1);
    }

    @Test
    void respond_async_with_a_wait_is_200_when_accepted_within_the_wait() {
        var answer = attachFixture.attach("Prefer", "respond-async, wait=20");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("Preference-Applied")).isEqualTo("respond-async, wait=20");
    }

    @Test
    void a_wait_above_the_maximum_is_reduced_to_it() {
        assertThat(attachFixture.attach("Prefer", "wait=99999").header("Preference-Applied"))
                .isEqualTo("wait=60");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "wait=-1",
                "wait=soon",
                "wait=",
                "wait",
                "handling=strict",
                "wait=1.5",
                "respond-async=yes",
                ",;="
            })
    void malformed_and_unknown_preferences_are_ignored(String prefer) {
        var answer = attachFixture.attach("Prefer", prefer);
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("Preference-Applied")).isEmpty();
    }

    @Test
    void a_client_that_disconnects_does_not_cancel_the_operation() {
        attachFixture
                .cloud()
                .faults(Fault.delay("server", Duration.ofMillis(500)), Fault.delay("attach", Duration.ofMillis(500)));
        sendAndDisconnect();
        Awaitility.await().atMost(Timeouts.CONDITION).until(() -> attachFixture.effects() == 1);
        var again = Awaitility.await()
                .atMost(Timeouts.CONDITION)
                .until(attachFixture::attach, answer -> answer.code().equals("Gateway.DiskAlreadyAttached"));
        attachFixture.awaitStatus(again.text("attached_by_operation_id"), "success");
        assertThat(attachFixture.sends()).isEqualTo(1);
    }

    /** Sends a complete attach and closes the connection once the cloud is read for it. */
    private void sendAndDisconnect() {
        var gateway = URI.create(attachFixture.gateway().url());
        var body = GatewayClient.body(attachFixture.disk());
        var head =
                "POST %s HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"
                        .formatted(
                                GatewayClient.attachPath(GatewayClient.P1, attachFixture.server()),
                                attachFixture.gateway().token(AttachFixture.CALLER),
                                body.length(),
                                body);
        try (var socket = new Socket(gateway.getHost(), gateway.getPort())) {
            socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
            socket.getOutputStream().flush();
            Awaitility.await()
                    .atMost(Timeouts.CONDITION)
                    .until(() -> !attachFixture
                            .cloud()
                            .requests("volume", attachFixture.disk())
                            .isEmpty());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
