package dev.attachgateway.attach;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attachgateway.testkit.AttachFixture;
import dev.attachgateway.testkit.GatewayClient;
import dev.attachgateway.testkit.PostgresForTests;
import dev.attachgateway.testkit.QuickProfile;
import dev.attachgateway.testkit.SandboxCloud.Fault;
import dev.attachgateway.testkit.Timeouts;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
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

@QuarkusTest
@TestProfile(QuickProfile.class)
@WithTestResource(PostgresForTests.class)
class AttachResponsesTest {
    private AttachFixture attachFixture;

    @BeforeEach
    void set() {
        attachFixture = AttachFixture.set();
    }

    @Test
    void an_attach_that_the_cloud_has_accepted_is_200_and_needs_no_second_look() {
        var answer = attachFixture.attach();
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("Location")).isEmpty();
        assertThat(answer.header("Retry-After")).isEmpty();
        assertThat(answer.header("Preference-Applied")).isEmpty();
    }

    @Test
    void a_caller_who_does_not_wait_gets_202_and_where_to_look() {
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
    void a_wait_of_nothing_is_answered_at_once() {
        attachFixture.cloud().faults(Fault.delay("server", Duration.ofMillis(300)));
        var answer = attachFixture.attach("Prefer", "wait=0");
        assertThat(answer.status()).isEqualTo(202);
        assertThat(answer.header("Preference-Applied")).isEqualTo("wait=0");
        attachFixture.awaitStatus(answer.operationId(), "success");
    }

    @Test
    void the_wait_bounds_the_answer_and_not_the_work() {
        attachFixture.cloud().faults(Fault.delay("attach", Duration.ofMillis(1600)));
        var begun = System.nanoTime();
        var answer = attachFixture.attach("Prefer", "wait=1");
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isGreaterThan(Duration.ofMillis(900));
        assertThat(answer.status()).isEqualTo(202);
        assertThat(answer.header("Preference-Applied")).isEqualTo("wait=1");
        assertThat(attachFixture.effects()).isZero();
        attachFixture.awaitStatus(answer.operationId(), "success");
        assertThat(attachFixture.sends()).isEqualTo(1);
        assertThat(attachFixture.effects()).isEqualTo(1);
    }

    @Test
    void an_accepted_attach_is_200_also_for_a_caller_who_would_have_taken_less() {
        var answer = attachFixture.attach("Prefer", "respond-async, wait=20");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("Preference-Applied")).isEqualTo("respond-async, wait=20");
    }

    @Test
    void a_wait_beyond_the_limit_is_cut_to_it() {
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
    void a_preference_that_is_no_preference_is_passed_over(String prefer) {
        var answer = attachFixture.attach("Prefer", prefer);
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("Preference-Applied")).isEmpty();
    }

    @Test
    void a_client_that_hangs_up_cancels_nothing() {
        attachFixture
                .cloud()
                .faults(Fault.delay("server", Duration.ofMillis(500)), Fault.delay("attach", Duration.ofMillis(500)));
        hangUp();
        Awaitility.await().atMost(Timeouts.CONDITION).until(() -> attachFixture.effects() == 1);
        var again = Awaitility.await()
                .atMost(Timeouts.CONDITION)
                .until(attachFixture::attach, answer -> answer.code().equals("Gateway.DiskAlreadyAttached"));
        attachFixture.awaitStatus(again.text("attached_by_operation_id"), "success");
        assertThat(attachFixture.sends()).isEqualTo(1);
    }

    /** Sends a whole attach and is gone as soon as the cloud hears of it. */
    private void hangUp() {
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
