package dev.attachgateway.attach;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attachgateway.operation.store.SignatureIdempotencyKey;
import dev.attachgateway.signature.Signer;
import dev.attachgateway.testkit.AttachFixture;
import dev.attachgateway.testkit.GatewayClient;
import dev.attachgateway.testkit.HttpAnswer;
import dev.attachgateway.testkit.PostgresForTests;
import dev.attachgateway.testkit.SandboxCloud.Fault;
import dev.attachgateway.testkit.Signing;
import dev.attachgateway.testkit.SigningProfile;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Proves that a write replayed with its signature is the same request, whatever its outcome was. */
@QuarkusTest
@TestProfile(SigningProfile.class)
@WithTestResource(PostgresForTests.class)
class SignedWritesTest {
    private final GatewayClient gateway = GatewayClient.underTest();
    private AttachFixture attachFixture;

    @BeforeEach
    void setUp() {
        attachFixture = AttachFixture.set();
        SigningProfile.write(SigningProfile.bundled());
    }

    /** A signed request, which can be sent repeatedly. */
    private record SignedRequest(GatewayClient gateway, String method, String path, String body, List<String> headers) {
        HttpAnswer send() {
            return gateway.send(method, path, body, headers.toArray(String[]::new));
        }
    }

    private SignedRequest attach(Signer key, int secondsAgo, String... extraHeaders) {
        return signed(
                key,
                "POST",
                GatewayClient.attachPath(GatewayClient.P1, attachFixture.server()),
                GatewayClient.body(attachFixture.disk()),
                secondsAgo,
                extraHeaders);
    }

    private SignedRequest detach(int secondsAgo) {
        return signed(
                Signing.KEY_1,
                "DELETE",
                GatewayClient.detachPath(GatewayClient.P1, attachFixture.server(), attachFixture.disk()),
                "",
                secondsAgo);
    }

    private SignedRequest signed(
            Signer key, String method, String path, String body, int secondsAgo, String... extraHeaders) {
        var date = Instant.now().minusSeconds(secondsAgo);
        return new SignedRequest(
                gateway,
                method,
                path,
                body,
                List.of(Signing.headers(key, gateway, method, path, body, date, extraHeaders)));
    }

    private static void assertReplays(HttpAnswer replay, HttpAnswer first) {
        assertThat(replay.operationId()).isEqualTo(first.operationId()).isNotEmpty();
        assertThat(replay.header("Idempotency-Replayed")).isEqualTo("true");
    }

    @Test
    void a_replayed_signature_joins_its_operation_while_it_runs_and_afterwards() {
        attachFixture.cloud().behaviour(Map.of("stuck", true));
        var request = attach(Signing.KEY_1, 0);
        var first = request.send();
        assertThat(first.header("Idempotency-Replayed")).isEmpty();
        attachFixture.awaitStatus(first.operationId(), "running");
        assertReplays(request.send(), first);
        attachFixture.cloud().behaviour(Map.of("stuck", false));
        attachFixture.awaitStatus(first.operationId(), "success");
        assertReplays(request.send(), first);

        var detach = detach(0);
        var detached = detach.send();
        attachFixture.awaitStatus(detached.operationId(), "success");
        assertReplays(detach.send(), detached);
        assertReplays(request.send(), first);
        assertThat(attachFixture.sends()).isEqualTo(1);
        assertThat(attachFixture.detachSends()).isEqualTo(1);
        assertThat(attachFixture.effects()).isEqualTo(2);
    }

    @Test
    void concurrent_replays_of_a_signature_are_one_operation() throws Exception {
        var request = attach(Signing.KEY_1, 0);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var answers = IntStream.range(0, 20)
                    .mapToObj(_ -> threads.submit(request::send))
                    .toList();
            for (var answer : answers) {
                assertThat(answer.get().status()).isIn(200, 202);
            }
            var first = answers.getFirst().get();
            assertThat(answers)
                    .allSatisfy(answer -> assertThat(answer.get().operationId()).isEqualTo(first.operationId()));
            attachFixture.awaitStatus(first.operationId(), "success");
        }
        assertThat(attachFixture.sends()).isEqualTo(1);
    }

    @Test
    void a_new_signature_joins_an_unfinished_operation_and_replays_it_afterwards() {
        attachFixture.cloud().behaviour(Map.of("stuck", true));
        var first = attach(Signing.KEY_1, 0).send();
        var again = attach(Signing.KEY_2, 5);
        assertThat(again.send().operationId()).isEqualTo(first.operationId());
        attachFixture.cloud().behaviour(Map.of("stuck", false));
        attachFixture.awaitStatus(first.operationId(), "success");

        assertReplays(again.send(), first);
        assertThat(attach(Signing.KEY_1, 10).send().code()).isEqualTo("Gateway.DiskAlreadyAttached");
        assertThat(attachFixture.sends()).isEqualTo(1);
    }

    @Test
    void a_signature_replays_its_failure_even_where_a_key_would_be_freed() {
        attachFixture.cloud().faults(Fault.status("server", 500));
        var request = attach(Signing.KEY_1, 0);
        var first = request.send();
        assertThat(first.code()).isEqualTo("Gateway.CloudNotReadable");
        attachFixture.cloud().faults();

        var replay = request.send();
        assertThat(replay.code()).isEqualTo("Gateway.CloudNotReadable");
        assertReplays(replay, first);
        assertThat(attachFixture.sends()).isZero();
        var newRequest = attach(Signing.KEY_1, 5).send();
        assertThat(newRequest.operationId()).isNotEqualTo(first.operationId());
        attachFixture.awaitStatus(newRequest.operationId(), "success");
    }

    @Test
    void an_idempotency_key_takes_precedence_over_the_signature() {
        var key = UUID.randomUUID().toString();
        var first = attach(Signing.KEY_1, 0, "Idempotency-Key", key).send();
        attachFixture.awaitStatus(first.operationId(), "success");
        assertReplays(attach(Signing.KEY_2, 5, "Idempotency-Key", key).send(), first);

        var other = attach(
                        Signing.KEY_1, 0, "Idempotency-Key", UUID.randomUUID().toString())
                .send();
        assertThat(other.code()).isEqualTo("Gateway.DiskAlreadyAttached");
    }

    @Test
    void a_caller_cannot_send_the_key_of_a_signature() {
        assertThat(IdempotencyKeyHeader.parse(SignatureIdempotencyKey.of("0"))).isEmpty();
        assertThat(IdempotencyKeyHeader.parse('"' + SignatureIdempotencyKey.of("0") + '"'))
                .isEmpty();
    }
}
