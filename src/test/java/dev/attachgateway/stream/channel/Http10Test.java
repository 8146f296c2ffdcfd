package dev.attachgateway.stream.channel;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.attachgateway.testkit.AttachFixture;
import dev.attachgateway.testkit.GatewayClient;
import dev.attachgateway.testkit.PostgresForTests;
import dev.attachgateway.testkit.QuickProfile;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.util.Locale;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Proves that a stream over HTTP/1.0, which has no chunks and is nginx's default, ends with its connection. */
@QuarkusTest
@TestProfile(QuickProfile.class)
@WithTestResource(PostgresForTests.class)
class Http10Test {
    private static final int LIMIT_MS = 15_000;

    @ParameterizedTest
    @ValueSource(strings = {"", "Connection: close\r\n", "Connection: keep-alive\r\n"})
    void a_stream_over_http_1_0_has_no_chunks_and_ends_with_its_connection(String connection) throws IOException {
        var attachFixture = AttachFixture.set();
        var operation = attachFixture.attach().operationId();
        attachFixture.awaitStatus(operation, "success");
        var request = """
                GET %s HTTP/1.0\r
                Accept: text/event-stream\r
                Authorization: Bearer %s\r
                %s\r
                """.formatted(
                        GatewayClient.operationPath(GatewayClient.P1, attachFixture.server(), operation),
                        attachFixture.gateway().token(AttachFixture.CALLER),
                        connection);
        var address = URI.create(attachFixture.gateway().url());
        try (var socket = new Socket(address.getHost(), address.getPort())) {
            socket.setSoTimeout(LIMIT_MS);
            socket.getOutputStream().write(request.getBytes(UTF_8));

            var response = new String(socket.getInputStream().readAllBytes(), UTF_8);

            var head = response.substring(0, response.indexOf("\r\n\r\n")).toLowerCase(Locale.ROOT);
            assertThat(head).startsWith("http/1.0 200").doesNotContain("transfer-encoding", "keep-alive");
            assertThat(response.substring(head.length() + 4))
                    .matches(
                            "(?s)retry: \\d+\n\nevent: operation\ndata: \\{[^\n]+}\n\nid: [0-9a-f]{8}-\\d+-[0-9a-f]{8}\n\n");
        }
    }
}
