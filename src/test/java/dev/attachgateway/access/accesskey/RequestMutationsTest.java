package dev.attachgateway.access.accesskey;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attachgateway.testkit.AttachFixture;
import dev.attachgateway.testkit.GatewayClient;
import dev.attachgateway.testkit.PostgresForTests;
import dev.attachgateway.testkit.Seed;
import dev.attachgateway.testkit.Signing;
import dev.attachgateway.testkit.SigningProfile;
import dev.attachgateway.testkit.Timeouts;
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
import org.awaitility.Awaitility;
import org.jboss.logging.Logger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Whoever has seen a signed request gets nothing out of the gateway with it but what that very request gets: each mutation is
 * sent as it is, byte for byte, and is refused, or is the same request in other words and has the same answer.
 */
@QuarkusTest
@TestProfile(SigningProfile.class)
@WithTestResource(PostgresForTests.class)
class RequestMutationsTest {
    private static final Logger LOG = Logger.getLogger(RequestMutationsTest.class);
    private static final int MUTATIONS = 1_000;
    private static final int AT_ONCE = 12;

    /** Of a request that says it is longer than it is nothing will come. */
    private static final int PATIENCE_MS = 400;

    private static final Pattern OPERATION = Pattern.compile("\"operation_id\":\"([0-9a-f-]{36})\"");

    private final long seed = Seed.of("seed");
    private final GatewayClient gateway = GatewayClient.underTest();
    private final URI address = URI.create(gateway.url());
    private final RequestMutation mutation = new RequestMutation(new Random(seed));
    private AttachFixture attachFixture;

    private record Raw(int status, String text) {}

    @BeforeEach
    void set() {
        attachFixture = AttachFixture.set();
        SigningProfile.write(SigningProfile.bundled());
        Awaitility.await()
                .atMost(Timeouts.CONDITION)
                .until(() -> Signing.get(gateway, Signing.KEY_1, "/v1/" + GatewayClient.P1 + "/dev-servers/operations")
                                .status()
                        == 200);
    }

    @Test
    void of_a_signed_attach_only_the_same_request_is_accepted() throws Exception {
        var request = signed(
                "POST",
                GatewayClient.attachPath(GatewayClient.P1, attachFixture.server()),
                GatewayClient.body(attachFixture.disk()));
        var first = operation(send(request));
        attachFixture.awaitStatus(first, "success");
        sendMutations(request, (changed, answer) -> {
            assertThat(operation(answer)).as(said(changed)).isEqualTo(first);
            assertThat(answer.text).as(said(changed)).contains("dempotency-Replayed: true");
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
    void of_a_signed_read_only_the_same_request_is_accepted() throws Exception {
        var path = "/v1/" + GatewayClient.P1 + "/dev-servers/operations?status=failed&status=success&server="
                + attachFixture.server() + "&limit=5";
        var ended = attachFixture.attach().operationId();
        attachFixture.awaitStatus(ended, "success");
        var request = signed("GET", path, "");
        assertThat(operation(send(request))).isEqualTo(ended);
        // The stream of the same operations is the same read; what it tells are the same operations.
        sendMutations(
                request,
                (changed, answer) -> assertThat(
                                OPERATION.matcher(answer.text).results().map(each -> each.group(1)))
                        .as(said(changed))
                        .allMatch(ended::equals));
    }

    /** Sends them some at a time, since for those that are shorter than they say nothing comes but the end of patience. */
    private void sendMutations(String request, BiConsumer<String, Raw> accepted) throws Exception {
        var sends = new ArrayList<Callable<Boolean>>();
        for (var i = 0; i < MUTATIONS; i++) {
            var changed = mutation.of(request);
            sends.add(() -> {
                var answer = send(changed);
                var same = answer.status / 100 == 2;
                if (same) {
                    accepted.accept(changed, answer);
                } else {
                    assertRefused(changed, answer);
                }
                return same;
            });
        }
        var same = 0;
        try (var senders = Executors.newFixedThreadPool(AT_ONCE)) {
            for (var sent : senders.invokeAll(sends)) {
                same += sent.get() ? 1 : 0;
            }
        }
        LOG.infof("seed=%d mutations=%d the-same-request=%d", seed, MUTATIONS, same);
        assertThat(same).as("mutations that change nothing").isPositive();
    }

    /** The sender's mistake, or nothing at all where the bytes make no whole request; never a failure of the gateway. */
    private void assertRefused(String changed, Raw answer) {
        assertThat(answer.status)
                .as(said(changed) + "\n---\n" + answer.text)
                .matches(status -> status == 0 || status / 100 == 4);
    }

    private String said(String changed) {
        return "seed " + seed + ": " + changed;
    }

    private static String operation(Raw answer) {
        var match = OPERATION.matcher(answer.text);
        assertThat(match.find()).as(answer.text).isTrue();
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

    private Raw send(String request) throws IOException {
        var got = new ByteArrayOutputStream();
        try (var socket = new Socket(address.getHost(), address.getPort())) {
            socket.getOutputStream().write(RequestMutation.bytes(request));
            var bytes = new byte[8192];
            socket.setSoTimeout(1_500);
            try {
                for (var count = socket.getInputStream().read(bytes);
                        count >= 0;
                        count = socket.getInputStream().read(bytes)) {
                    got.write(bytes, 0, count);
                    socket.setSoTimeout(PATIENCE_MS);
                }
            } catch (IOException e) {
                // Reset, or nothing more comes.
            }
        }
        var text = got.toString(StandardCharsets.ISO_8859_1);
        return new Raw(text.matches("(?s)HTTP/1\\.[01] \\d{3}.*") ? Integer.parseInt(text.substring(9, 12)) : 0, text);
    }
}
