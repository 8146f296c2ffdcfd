package dev.attachgateway.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.attachgateway.testkit.EventStream.Block;
import dev.attachgateway.testkit.Gateway;
import dev.attachgateway.testkit.PostgresForTests;
import dev.attachgateway.testkit.Scribe;
import dev.attachgateway.testkit.Scribe.Paper;
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
class ChangesTest {
    private static final Duration LONG = Duration.ofSeconds(40);
    private static final Duration SOON = Timeouts.CONDITION;

    @Inject
    Pool pool;

    @Inject
    EventLog log;

    @Inject
    Changes changes;

    private final Paper paper = Paper.some();
    private final AtomicInteger looks = new AtomicInteger();
    private final AtomicBoolean there = new AtomicBoolean();
    private Scribe scribe;

    @BeforeEach
    void set() {
        scribe = new Scribe(pool, log);
    }

    private void write() {
        Scribe.await(pool.withTransaction(transaction -> scribe.append(transaction, paper, "pending", "pending")));
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
        var wait = changes.await(scribe.project(), paper.id(), this::look, LONG).subscribeAsCompletionStage();
        awaitLooks(1);
        scribe.run("update event_history set generation = gen_random_uuid()");
        awaitLooks(2);
        there.set(true);
        write();
        assertThat(wait.orTimeout(SOON.toSeconds(), java.util.concurrent.TimeUnit.SECONDS)
                        .join())
                .contains("there");
    }

    @Test
    void a_wait_that_is_over_is_not_begun_again() {
        var wait = changes.await(scribe.project(), paper.id(), this::look, Duration.ofMillis(300))
                .subscribeAsCompletionStage();
        assertThat(wait.join()).isEmpty();
        var before = looks.get();
        scribe.run("update event_history set generation = gen_random_uuid()");
        var gateway = Gateway.underTest();
        try (var stream = gateway.stream(scribe.path(), gateway.withToken("operator"))) {
            stream.next(block -> block.id() != null);
            write();
            stream.next(Block::isEvent);
        }
        assertThat(looks).hasValue(before);
    }

    @Test
    void a_look_that_throws_ends_its_wait_and_nobody_elses() {
        var gateway = Gateway.underTest();
        try (var stream = gateway.stream(scribe.path(), gateway.withToken("operator"))) {
            stream.next(block -> block.id() != null);
            var wait = changes.await(
                            scribe.project(),
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
