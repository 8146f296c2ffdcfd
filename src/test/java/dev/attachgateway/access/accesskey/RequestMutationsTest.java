package dev.attachgateway.access.accesskey;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attachgateway.testkit.AttachFixture;
import dev.attachgateway.testkit.GatewayClient;
import dev.attachgateway.testkit.PostgresForTests;
import dev.attachgateway.testkit.Seed;
import dev.attachgateway.testkit.Signing;
import dev.attachgateway.testkit.SigningProfile;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.function.BiConsumer;
import java.util.regex.Pattern;
import org.jboss.logging.Logger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Proves that an intercepted signed request can only be replayed as it is: each mutation is sent byte for byte, and is either
 * rejected, or equivalent to the original request and gets the same response.
 */
@QuarkusTest
@TestProfile(SigningProfile.class)
@WithTestResource(PostgresForTests.class)
class RequestMutationsTest {
    private static final Logger LOG = Logger.getLogger(RequestMutationsTest.class);
    private static final int MUTATIONS = 1_000;
    private static final int CONCURRENCY = 12;

    /** A request shorter than its declared length gets no response. */
    private static final int READ_TIMEOUT_MS = 400;

    private static final Pattern OPERATION_ID = Pattern.compile("\"operation_id\":\"([0-9a-f-]{36})\"");

    private final long seed = Seed.of("seed");
    private final GatewayClient gateway = GatewayClient.underTest();
    private final URI address = URI.create(gateway.url());
    private final RequestMutation mutation = new RequestMutation(new Random(seed));
    private AttachFixture attachFixture;

    private record RawResponse(int status, String text) {}

    @BeforeEach
    void setUp() {
        attachFixture = AttachFixture.set();
        SigningProfile.restore(gateway);
    }

    @Test
    void mutations_of_a_signed_attach_are_rejected_or_replays_of_it() throws Exception {
        var request = signed(
                "POST",
                GatewayClient.attachPath(GatewayClient.P1, attachFixture.server()),
                GatewayClient.body(attachFixture.disk()));
        var first = operationId(send(request));
        attachFixture.awaitStatus(first, "success");
        sendMutations(request, (mutated, response) -> {
            assertThat(operationId(response)).as(description(mutated)).isEqualTo(first);
            assertThat(response.text).as(description(mutated)).contains("dempotency-Replayed: true");
        });

        var all = Signing.get(
                gateway,
                Signing.KEY_1,
                "/v1/" + GatewayClient.P1 + "/dev-servers/operations?server=" + attachFixture.server());
        assertThat(all.json().path("operations")).as("seed %d", seed).hasSize(1);
        assertThat(attachFixture.sends()).as("seed %d", seed).isEqualTo(1);
        assertThat(attachFixture.effects()).as("seed %d", seed).isEqualTo(1);
    }

    @Test
    void mutations_of_a_signed_read_are_rejected_or_equivalent_to_it() throws Exception {
        var path = "/v1/" + GatewayClient.P1 + "/dev-servers/operations?status=failed&status=success&server="
                + attachFixture.server() + "&limit=5";
        var ended = attachFixture.attach().operationId();
        attachFixture.awaitStatus(ended, "success");
        var request = signed("GET", path, "");
        assertThat(operationId(send(request))).isEqualTo(ended);
        // A stream of the same operations is an equivalent read: its events are of the same operations.
        sendMutations(
                request,
                (mutated, response) -> assertThat(
                                OPERATION_ID.matcher(response.text).results().map(match -> match.group(1)))
                        .as(description(mutated))
                        .allMatch(ended::equals));
    }

    /** Sends the mutations concurrently, because those shorter than their declared length wait for the read timeout. */
    private void sendMutations(String request, BiConsumer<String, RawResponse> accepted) throws Exception {
        var sends = new ArrayList<Callable<Boolean>>();
        for (var i = 0; i < MUTATIONS; i++) {
            var mutated = mutation.mutate(request);
            sends.add(() -> {
                var response = send(mutated);
                var isAccepted = response.status / 100 == 2;
                if (isAccepted) {
                    accepted.accept(mutated, response);
                } else {
                    assertRejected(mutated, response);
                }
                return isAccepted;
            });
        }
        var acceptedCount = 0;
        try (var senders = Executors.newFixedThreadPool(CONCURRENCY)) {
            for (var sent : senders.invokeAll(sends)) {
                acceptedCount += sent.get() ? 1 : 0;
            }
        }
        LOG.infof("seed=%d mutations=%d the-same-request=%d", seed, MUTATIONS, acceptedCount);
        assertThat(acceptedCount).as("mutations equivalent to the request").isPositive();
    }

    /** Expects a client error, or no response when the bytes are not a complete request; never a server error. */
    private void assertRejected(String mutated, RawResponse response) {
        assertThat(response.status)
                .as(description(mutated) + "\n---\n" + response.text)
                .matches(status -> status == 0 || status / 100 == 4);
    }

    private String description(String mutated) {
        return "seed " + seed + ": " + mutated;
    }

    private static String operationId(RawResponse response) {
        var match = OPERATION_ID.matcher(response.text);
        assertThat(match.find()).as(response.text).isTrue();
        return match.group(1);
    }

    private String signed(String method, String path, String body) {
        var headers = Signing.headers(Signing.KEY_1, gateway, method, path, body, Instant.now());
        var text = new StringBuilder(method + " " + path + " HTTP/1.1\r\nHost: " + address.getAuthority() + "\r\n");
        for (var i = 0; i < headers.length; i += 2) {
            text.append(headers[i]).append(": ").append(headers[i + 1]).append("\r\n");
        }
        if (!body.isEmpty()) {
            text.append("Content-Type: application/json\r\nContent-Length: ")
                    .append(body.length())
                    .append("\r\n");
        }
        return text + "Connection: close\r\n\r\n" + body;
    }

    private RawResponse send(String request) throws IOException {
        var received = new ByteArrayOutputStream();
        try (var socket = new Socket(address.getHost(), address.getPort())) {
            socket.getOutputStream().write(RequestMutation.bytes(request));
            var bytes = new byte[8192];
            socket.setSoTimeout(1_500);
            try {
                for (var count = socket.getInputStream().read(bytes);
                        count >= 0;
                        count = socket.getInputStream().read(bytes)) {
                    received.write(bytes, 0, count);
                    socket.setSoTimeout(READ_TIMEOUT_MS);
                }
            } catch (IOException _) {
                // The connection was reset, or the read timed out.
            }
        }
        var text = received.toString(StandardCharsets.ISO_8859_1);
        return new RawResponse(
                text.matches("(?s)HTTP/1\\.[01] \\d{3}.*") ? Integer.parseInt(text.substring(9, 12)) : 0, text);
    }
}
