package dev.attachgateway.upstream.resilience;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attachgateway.testkit.Timeouts;
import dev.attachgateway.upstream.http.UpstreamConfig;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Proves the limits of concurrent and waiting calls, and that no project exceeds its share. */
class ProjectBulkheadTest {
    private static final Duration LONG_WAIT = Duration.ofMinutes(1);

    private record Config(int maxConcurrent, int maxWaiting, double projectShare) implements UpstreamConfig.Bulkhead {}

    private final Vertx vertx = Vertx.vertx();
    private final ProjectBulkhead bulkhead = new ProjectBulkhead(vertx, new Config(4, 4, 0.5));
    private final List<CompletableFuture<String>> running = new ArrayList<>();
    private final List<CompletableFuture<String>> started = new ArrayList<>();

    @AfterEach
    void close() {
        vertx.close();
    }

    private void start(String project) {
        started.add(call(project));
    }

    private CompletableFuture<String> call(String project) {
        return call(project, LONG_WAIT);
    }

    private CompletableFuture<String> call(String project, Duration maxWait) {
        return bulkhead.execute(project, maxWait, () -> {
                    var response = new CompletableFuture<String>();
                    running.add(response);
                    return Uni.createFrom().completionStage(response);
                })
                .subscribeAsCompletionStage();
    }

    @Test
    void no_project_uses_the_share_of_another() {
        for (var call = 0; call < 4; call++) {
            start("greedy");
        }
        assertThat(bulkhead.running()).isEqualTo(2);
        assertThat(bulkhead.waiting()).isEqualTo(2);
        assertThat(call("greedy")).isCompletedExceptionally();
        start("modest");
        assertThat(bulkhead.running()).isEqualTo(3);
    }

    @Test
    void a_call_that_finds_the_queue_full_does_not_start() {
        for (var call = 0; call < 4; call++) {
            start("one");
            start("two");
        }
        assertThat(bulkhead.running()).isEqualTo(4);
        assertThat(bulkhead.waiting()).isEqualTo(4);
        assertThat(call("three"))
                .failsWithin(Timeouts.CONDITION)
                .withThrowableThat()
                .withMessageContaining("too many calls");
        assertThat(running).hasSize(4);
    }

    @Test
    void the_end_of_a_call_admits_the_oldest_waiter_within_its_share() {
        for (var call = 0; call < 4; call++) {
            start("greedy");
        }
        start("modest");
        start("modest");
        var last = call("modest");
        assertThat(bulkhead.running()).isEqualTo(4);
        running.get(2).complete("done"); // greedy has waited longer, but already uses its share
        running.get(4).complete("done");
        assertThat(last).succeedsWithin(Timeouts.CONDITION);
        assertThat(bulkhead.running()).isEqualTo(3);
        assertThat(bulkhead.waiting()).isEqualTo(2);
        running.get(0).completeExceptionally(new IllegalStateException("a failure frees its slot too"));
        assertThat(bulkhead.running()).isEqualTo(3);
        assertThat(bulkhead.waiting()).isEqualTo(1);
    }

    @Test
    void a_waiter_times_out_and_leaves_the_queue() {
        start("one");
        start("one");
        assertThat(call("one", Duration.ofMillis(20)))
                .failsWithin(Timeouts.CONDITION)
                .withThrowableThat()
                .withMessageContaining("too many calls");
        Awaitility.await().atMost(Timeouts.CONDITION).until(() -> bulkhead.waiting() == 0);
        running.getFirst().complete("done");
        running.getLast().complete("done");
        assertThat(bulkhead.running()).isZero();
        assertThat(running).hasSize(2);
    }
}
