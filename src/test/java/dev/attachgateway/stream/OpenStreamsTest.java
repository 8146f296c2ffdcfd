package dev.attachgateway.stream;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.attachgateway.testkit.AttachFixture;
import dev.attachgateway.testkit.GatewayClient;
import dev.attachgateway.testkit.PostgresForTests;
import dev.attachgateway.testkit.QuickProfile;
import dev.attachgateway.testkit.Timeouts;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Proves that the gateway releases a stream as soon as its connection has ended. */
@QuarkusTest
@TestProfile(QuickProfile.class)
@WithTestResource(PostgresForTests.class)
class OpenStreamsTest {
    private static final int CLIENTS = 100;

    @Inject
    MeterRegistry metrics;

    @Test
    void a_client_that_disconnects_before_the_head_is_written_is_released() throws IOException {
        var attachFixture = AttachFixture.set();
        attachFixture.cloud().behaviour(Map.of("stuck", true));
        var path = GatewayClient.operationPath(
                GatewayClient.P1, attachFixture.server(), attachFixture.attach().operationId());
        for (var client = 0; client < CLIENTS; client++) {
            requestAndDisconnect(attachFixture.gateway(), path, "");
        }

        Awaitility.await()
                .atMost(Timeouts.CONDITION)
                .untilAsserted(() -> assertThat(open()).isZero());
        try (var stream =
                attachFixture.gateway().stream(path, attachFixture.gateway().withToken(AttachFixture.CALLER))) {
            stream.next(block -> block.id() != null);
            assertThat(open()).isEqualTo(1);
        }
        Awaitility.await()
                .atMost(Timeouts.CONDITION)
                .untilAsserted(() -> assertThat(open()).isZero());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "x\r\n\r\n",
                "GET\r\n\r\n",
                "\0\0\0\r\n\r\n",
                "GET / HTTP/1.1\r\n\r\n",
                "POST / HTTP/1.1\r\nContent-Len"
            })
    void bytes_after_the_request_do_not_keep_a_stream_beyond_its_connection(String trailing) throws IOException {
        var gateway = GatewayClient.underTest();
        for (var client = 0; client < 10; client++) {
            requestAndDisconnect(gateway, "/v1/" + GatewayClient.P1 + "/dev-servers/operations", trailing);
        }
        Awaitility.await()
                .atMost(Timeouts.CONDITION)
                .untilAsserted(() -> assertThat(open()).isZero());
    }

    /** Leaves at the first byte of the response or at its end; at once if nothing follows the request. */
    private static void requestAndDisconnect(GatewayClient gateway, String path, String trailing) throws IOException {
        var address = URI.create(gateway.url());
        try (var socket = new Socket(address.getHost(), address.getPort())) {
            socket.getOutputStream()
                    .write(("GET " + path
                                    + " HTTP/1.1\r\nHost: x\r\nAccept: text/event-stream\r\nAuthorization: Bearer "
                                    + gateway.token(AttachFixture.CALLER) + "\r\n\r\n" + trailing)
                            .getBytes(US_ASCII));
            if (!trailing.isEmpty()) {
                socket.setSoTimeout(10_000);
                socket.getInputStream().read();
            }
        }
    }

    private double open() {
        return metrics.get("attach.gateway.streams.open").gauge().value();
    }
}
