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

/** Whoever waits for an operation looks again after each of its events, whatever happens to the history meanwhile. */
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
    private final AtomicInteger looks = new AtomicInteger();
    private final AtomicBoolean there = new AtomicBoolean();
    private EventWriter eventWriter;

    @BeforeEach
    void set() {
        eventWriter = new EventWriter(pool, log);
    }

    private void write() {
        EventWriter.await(
                pool.withTransaction(transaction -> eventWriter.append(transaction, paper, "pending", "pending")));
    }

    private Uni<Optional<String>> look() {
        looks.incrementAndGet();
        return Uni.createFrom().item(there.get() ? Optional.of("there") : Optional.empty());
    }

    private void awaitLooks(int count) {
        Awaitility.await().atMost(SOON).untilAtomic(looks, Matchers.greaterThanOrEqualTo(count));
    }

    @Test
    void a_wait_goes_on_in_another_history() {
        var wait = operationAwaiter
                .await(eventWriter.project(), paper.id(), this::look, LONG)
                .subscribeAsCompletionStage();
        awaitLooks(1);
        eventWriter.run("update event_history set generation = gen_random_uuid()");
        awaitLooks(2);
        there.set(true);
        write();
        assertThat(wait.orTimeout(SOON.toSeconds(), java.util.concurrent.TimeUnit.SECONDS)
                        .join())
                .contains("there");
    }

    @Test
    void a_wait_that_is_over_is_not_begun_again() {
        var wait = operationAwaiter
                .await(eventWriter.project(), paper.id(), this::look, Duration.ofMillis(300))
                .subscribeAsCompletionStage();
        assertThat(wait.join()).isEmpty();
        var before = looks.get();
        eventWriter.run("update event_history set generation = gen_random_uuid()");
        var gateway = GatewayClient.underTest();
        try (var stream = gateway.stream(eventWriter.path(), gateway.withToken("operator"))) {
            stream.next(block -> block.id() != null);
            write();
            stream.next(Block::isEvent);
        }
        assertThat(looks).hasValue(before);
    }

    @Test
    void a_look_that_throws_ends_its_wait_and_nobody_elses() {
        var gateway = GatewayClient.underTest();
        try (var stream = gateway.stream(eventWriter.path(), gateway.withToken("operator"))) {
            stream.next(block -> block.id() != null);
            var wait = operationAwaiter
                    .await(
                            eventWriter.project(),
                            paper.id(),
                            () -> {
                                if (looks.getAndIncrement() > 0) {
                                    throw new IllegalStateException("no look");
                                }
                                return Uni.createFrom().item(Optional.<String>empty());
                            },
                            LONG)
                    .subscribeAsCompletionStage();
            awaitLooks(1);
            write();
            assertThat(stream.next(Block::isEvent).position()).isEqualTo(1);
            assertThatThrownBy(wait::join).hasRootCauseMessage("no look");
        }
    }
}
