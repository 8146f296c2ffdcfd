package dev.attachgateway.stream.tail;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attachgateway.access.policy.ReadScope;
import dev.attachgateway.stream.Events;
import dev.attachgateway.stream.eventlog.EventFilter;
import dev.attachgateway.stream.eventlog.HistoryEpoch;
import dev.attachgateway.stream.eventlog.SubscriptionScope;
import dev.attachgateway.stream.sse.EncodedEvent;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Proves that a busy event loop batches events, and that a subscriber receives only events after it joined. */
class EventLoopSubscribersTest {
    private final Vertx vertx = Vertx.vertx();
    private final Context loop = vertx.getOrCreateContext();
    private final EventLoopSubscribers eventLoopSubscribers = new EventLoopSubscribers(loop);

    /** Records the positions that it receives. */
    private final class RecordingSubscriber implements Subscriber {
        final LinkedBlockingQueue<List<Long>> batches = new LinkedBlockingQueue<>();

        @Override
        public SubscriptionScope scope() {
            return new SubscriptionScope("p", EventFilter.ALL, ReadScope.UNRESTRICTED);
        }

        @Override
        public Context loop() {
            return loop;
        }

        @Override
        public void onEvents(EventBatch batch) {
            batches.add(batch.events().stream().map(EncodedEvent::position).toList());
        }

        @Override
        public void onHistoryLost() {}

        List<Long> next() throws InterruptedException {
            return batches.poll(5, TimeUnit.SECONDS);
        }
    }

    private static EncodedEvent event(long position) {
        return new EncodedEvent(HistoryEpoch.of("test"), Events.at("p", position, "{}"));
    }

    @AfterEach
    void close() throws Exception {
        vertx.close().toCompletionStage().toCompletableFuture().get(5, TimeUnit.SECONDS);
    }

    @Test
    void events_on_a_busy_loop_are_batched_for_subscribers_that_joined_before() throws Exception {
        var early = new RecordingSubscriber();
        var late = new RecordingSubscriber();
        eventLoopSubscribers.join(early);
        var busy = new CountDownLatch(1);
        loop.runOnContext(_ -> {
            try {
                busy.await(5, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        eventLoopSubscribers.publish(event(1));
        eventLoopSubscribers.publish(event(2));
        eventLoopSubscribers.join(late);
        eventLoopSubscribers.publish(event(3));
        busy.countDown();

        assertThat(early.next()).containsExactly(1L, 2L);
        assertThat(early.next()).containsExactly(3L);
        assertThat(late.next()).containsExactly(3L);
    }
}
