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

/** A write that is sent again with its signature is the same request, whoever sends it, and whatever became of it. */
@QuarkusTest
@TestProfile(SigningProfile.class)
@WithTestResource(PostgresForTests.class)
class SignedWritesTest {
    private final GatewayClient gateway = GatewayClient.underTest();
    private AttachFixture attachFixture;

    @BeforeEach
    void set() {
        attachFixture = AttachFixture.set();
        SigningProfile.write(SigningProfile.bundled());
    }

    /** A signed request, which can be sent any number of times. */
    private record Signed(GatewayClient gateway, String method, String path, String body, List<String> headers) {
        HttpAnswer send() {
            return gateway.send(method, path, body, headers.toArray(String[]::new));
        }
    }

    private Signed attach(Signer key, int secondsAgo, String... more) {
        return signed(
                key,
                "POST",
                GatewayClient.attachPath(GatewayClient.P1, attachFixture.server()),
                GatewayClient.body(attachFixture.disk()),
                secondsAgo,
                more);
    }

    private Signed detach(int secondsAgo) {
        return signed(
                Signing.KEY_1,
                "DELETE",
                GatewayClient.detachPath(GatewayClient.P1, attachFixture.server(), attachFixture.disk()),
                "",
                secondsAgo);
    }

    private Signed signed(Signer key, String method, String path, String body, int secondsAgo, String... more) {
        var date = Instant.now().minusSeconds(secondsAgo);
        return new Signed(
                gateway, method, path, body, List.of(Signing.headers(key, gateway, method, path, body, date, more)));
    }

    private static void assertReplays(HttpAnswer replay, HttpAnswer first) {
        assertThat(replay.operationId()).isEqualTo(first.operationId()).isNotEmpty();
        assertThat(replay.header("Idempotency-Replayed")).isEqualTo("true");
    }

    @Test
    void it_joins_its_operation_while_that_runs_and_after_its_end() {
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
        var off = detach.send();
        attachFixture.awaitStatus(off.operationId(), "success");
        assertReplays(detach.send(), off);
        assertReplays(request.send(), first);
        assertThat(attachFixture.sends()).isEqualTo(1);
        assertThat(attachFixture.detachSends()).isEqualTo(1);
        assertThat(attachFixture.effects()).isEqualTo(2);
    }

    @Test
    void of_many_that_come_at_once_there_is_one_operation() throws Exception {
        var request = attach(Signing.KEY_1, 0);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var answers = IntStream.range(0, 20)
                    .mapToObj(i -> threads.submit(request::send))
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
    void signed_anew_it_joins_what_is_unfinished_and_stands_for_it_from_then_on() {
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
    void a_failure_is_its_answer_for_good_also_where_a_key_would_be_given_back() {
        attachFixture.cloud().faults(Fault.status("server", 500));
        var request = attach(Signing.KEY_1, 0);
        var first = request.send();
        assertThat(first.code()).isEqualTo("Gateway.CloudNotReadable");
        attachFixture.cloud().faults();

        var replay = request.send();
        assertThat(replay.code()).isEqualTo("Gateway.CloudNotReadable");
        assertReplays(replay, first);
        assertThat(attachFixture.sends()).isZero();
        var anew = attach(Signing.KEY_1, 5).send();
        assertThat(anew.operationId()).isNotEqualTo(first.operationId());
        attachFixture.awaitStatus(anew.operationId(), "success");
    }

    @Test
    void a_key_of_its_own_counts_before_the_signature() {
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
    void no_key_of_a_caller_is_that_of_a_signature() {
        assertThat(IdempotencyKeyHeader.parse(SignatureIdempotencyKey.of("0"))).isEmpty();
        assertThat(IdempotencyKeyHeader.parse('"' + SignatureIdempotencyKey.of("0") + '"'))
                .isEmpty();
    }
}
