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

class ProjectBulkheadTest {
    private static final Duration LONG = Duration.ofMinutes(1);

    private record Config(int maxConcurrent, int maxWaiting, double projectShare) implements UpstreamConfig.Bulkhead {}

    private final Vertx vertx = Vertx.vertx();
    private final ProjectBulkhead bulkhead = new ProjectBulkhead(vertx, new Config(4, 4, 0.5));
    private final List<CompletableFuture<String>> running = new ArrayList<>();
    private final List<CompletableFuture<String>> begun = new ArrayList<>();

    @AfterEach
    void close() {
        vertx.close();
    }

    private void begin(String project) {
        begun.add(call(project));
    }

    private CompletableFuture<String> call(String project) {
        return call(project, LONG);
    }

    private CompletableFuture<String> call(String project, Duration atMost) {
        return bulkhead.within(project, atMost, () -> {
                    var answer = new CompletableFuture<String>();
                    running.add(answer);
                    return Uni.createFrom().completionStage(answer);
                })
                .subscribeAsCompletionStage();
    }

    @Test
    void no_project_takes_the_room_of_another() {
        for (var call = 0; call < 4; call++) {
            begin("greedy");
        }
        assertThat(bulkhead.running()).isEqualTo(2);
        assertThat(bulkhead.waiting()).isEqualTo(2);
        assertThat(call("greedy")).isCompletedExceptionally();
        begin("modest");
        assertThat(bulkhead.running()).isEqualTo(3);
    }

    @Test
    void what_finds_the_queue_full_did_not_begin() {
        for (var call = 0; call < 4; call++) {
            begin("one");
            begin("two");
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
    void a_call_that_ends_lets_the_oldest_in_that_may() {
        for (var call = 0; call < 4; call++) {
            begin("greedy");
        }
        begin("modest");
        begin("modest");
        var last = call("modest");
        assertThat(bulkhead.running()).isEqualTo(4);
        running.get(2).complete("modest is done"); // greedy waits longer, but has its share
        running.get(4).complete("and the one that came in for it");
        assertThat(last).succeedsWithin(Timeouts.CONDITION);
        assertThat(bulkhead.running()).isEqualTo(3);
        assertThat(bulkhead.waiting()).isEqualTo(2);
        running.get(0).completeExceptionally(new IllegalStateException("failures give their room back too"));
        assertThat(bulkhead.running()).isEqualTo(3);
        assertThat(bulkhead.waiting()).isEqualTo(1);
    }

    @Test
    void waiting_has_a_limit_and_gives_the_place_back() {
        begin("one");
        begin("one");
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
