package dev.attachgateway.problem;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.attachgateway.testkit.GatewayClient;
import dev.attachgateway.testkit.PostgresForTests;
import dev.attachgateway.testkit.QuickProfile;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Unusual request lines that client libraries do not send get a 4xx without internals. */
@QuarkusTest
@TestProfile(QuickProfile.class)
@WithTestResource(PostgresForTests.class)
class RawRequestsTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "OPTIONS * HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
                "GET /nothing/here HTTP/1.1\r\nConnection: close\r\n\r\n",
                "GET /nothing/here HTTP/1.0\r\n\r\n"
            })
    void an_unusual_request_line_gets_a_4xx_without_internals(String request) throws IOException {
        var address = URI.create(GatewayClient.underTest().url());
        try (var socket = new Socket(address.getHost(), address.getPort())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(request.getBytes(ISO_8859_1));
            var response = new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
            assertThat(response).matches("(?s)HTTP/1\\.[01] 4\\d\\d .*");
            assertThat(response).doesNotContain("Exception", "dev.attachgateway", "Internal Server Error");
        }
    }
}
