package dev.attachgateway.stream.channel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attachgateway.stream.ShortTimeoutsProfile;
import dev.attachgateway.testkit.GatewayClient;
import dev.attachgateway.testkit.PostgresForTests;
import dev.attachgateway.testkit.Timeouts;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Proves that the stream of a peer that lost power ends after the user timeout, not after a quarter of an hour. */
@QuarkusTest
@TestProfile(ShortTimeoutsProfile.class)
@WithTestResource(PostgresForTests.class)
class TcpUserTimeoutTest {
    /**
     * Reads the beginning of a stream; from then on its kernel drops all incoming packets, so nothing is acknowledged.
     */
    private static final String CLIENT = """
            import ctypes, socket, struct, sys, time
            peer = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
            peer.sendall(sys.argv[2].encode().decode("unicode_escape").encode())
            received = b""
            while b"\\nid: " not in received:
                received += peer.recv(4096)
            drop = ctypes.create_string_buffer(struct.pack("HBBI", 6, 0, 0, 0))
            peer.setsockopt(socket.SOL_SOCKET, 26, struct.pack("HP", 1, ctypes.addressof(drop)))
            print("silent", flush=True)
            time.sleep(60)
            """;

    @Inject
    MeterRegistry metrics;

    @Test
    void a_peer_that_disappears_is_detected_within_the_user_timeout() throws IOException {
        var gateway = GatewayClient.underTest();
        var request = "GET /v1/" + GatewayClient.P1 + "/dev-servers/operations HTTP/1.1\\r\\nHost: x\\r\\n"
                + "Accept: text/event-stream\\r\\nAuthorization: Bearer " + gateway.token("attacher") + "\\r\\n\\r\\n";
        var port = Integer.toString(URI.create(gateway.url()).getPort());
        var client = new ProcessBuilder("python3", "-c", CLIENT, port, request)
                .redirectErrorStream(true)
                .start();
        try (var output = new BufferedReader(new InputStreamReader(client.getInputStream(), StandardCharsets.UTF_8))) {
            assertThat(output.readLine()).isEqualTo("silent");
            assertThat(open()).isEqualTo(1);
            Awaitility.await()
                    .atMost(Timeouts.CONDITION)
                    .untilAsserted(() -> assertThat(open()).isZero());
            assertThat(client.isAlive()).isTrue();
        } finally {
            client.destroyForcibly();
        }
    }

    private double open() {
        return metrics.get("attach.gateway.streams.open").gauge().value();
    }
}
