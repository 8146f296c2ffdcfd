package dev.attachgateway.stream.tail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.attachgateway.stream.FeedProfile;
import dev.attachgateway.stream.eventlog.EventLog;
import dev.attachgateway.testkit.EventStream.Block;
import dev.attachgateway.testkit.EventWriter;
import dev.attachgateway.testkit.EventWriter.Paper;
import dev.attachgateway.testkit.GatewayClient;
import dev.attachgateway.testkit.PostgresForTests;
import dev.attachgateway.testkit.Timeouts;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.hamcrest.Matchers;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Proves that a wait for an operation checks again after each of its events, also in another history. */
@QuarkusTest
@TestProfile(FeedProfile.class)
@WithTestResource(PostgresForTests.class)
class OperationAwaiterTest {
    private static final Duration LONG = Duration.ofSeconds(40);
    private static final Duration SOON = Timeouts.CONDITION;

    @Inject
    Pool pool;

    @Inject
    EventLog log;

    @Inject
    OperationAwaiter operationAwaiter;

    private final Paper paper = Paper.some();
    private final AtomicInteger checks = new AtomicInteger();
    private final AtomicBoolean ready = new AtomicBoolean();
    private EventWriter eventWriter;

    @BeforeEach
    void setUp() {
        eventWriter = new EventWriter(pool, log);
    }

    private void write() {
        EventWriter.await(
                pool.withTransaction(transaction -> eventWriter.append(transaction, paper, "pending", "pending")));
    }

    private Uni<Optional<String>> check() {
        checks.incrementAndGet();
        return Uni.createFrom().item(ready.get() ? Optional.of("ready") : Optional.empty());
    }

    private void awaitChecks(int count) {
        Awaitility.await().atMost(SOON).untilAtomic(checks, Matchers.greaterThanOrEqualTo(count));
    }

    @Test
    void a_wait_continues_in_another_history() {
        var wait = operationAwaiter
                .await(eventWriter.project(), paper.id(), this::check, LONG)
                .subscribeAsCompletionStage();
        awaitChecks(1);
        eventWriter.run("update event_history set generation = gen_random_uuid()");
        awaitChecks(2);
        ready.set(true);
        write();
        assertThat(wait.orTimeout(SOON.toSeconds(), java.util.concurrent.TimeUnit.SECONDS)
                        .join())
                .contains("ready");
    }

    @Test
    void an_ended_wait_is_not_restarted() {
        var wait = operationAwaiter
                .await(eventWriter.project(), paper.id(), this::check, Duration.ofMillis(300))
                .subscribeAsCompletionStage();
        assertThat(wait.join()).isEmpty();
        var before = checks.get();
        eventWriter.run("update event_history set generation = gen_random_uuid()");
        var gateway = GatewayClient.underTest();
        try (var stream = gateway.stream(eventWriter.path(), gateway.withToken("operator"))) {
            stream.next(block -> block.id() != null);
            write();
            stream.next(Block::isEvent);
        }
        assertThat(checks).hasValue(before);
    }

    @Test
    void a_check_that_throws_fails_its_own_wait_only() {
        var gateway = GatewayClient.underTest();
        try (var stream = gateway.stream(eventWriter.path(), gateway.withToken("operator"))) {
            stream.next(block -> block.id() != null);
            var wait = operationAwaiter
                    .await(
                            eventWriter.project(),
                            paper.id(),
                            () -> {
                                if (checks.getAndIncrement() > 0) {
                                    throw new IllegalStateException("check failed");
                                }
                                return Uni.createFrom().item(Optional.<String>empty());
                            },
                            LONG)
                    .subscribeAsCompletionStage();
            awaitChecks(1);
            write();
            assertThat(stream.next(Block::isEvent).position()).isEqualTo(1);
            assertThatThrownBy(wait::join).hasRootCauseMessage("check failed");
        }
    }
}
