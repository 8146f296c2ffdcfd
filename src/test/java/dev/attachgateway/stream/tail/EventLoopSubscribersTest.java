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

class EventLoopSubscribersTest {
    private final Vertx vertx = Vertx.vertx();
    private final Context loop = vertx.getOrCreateContext();
    private final EventLoopSubscribers eventLoopSubscribers = new EventLoopSubscribers(loop);

    /** Writes down what it is told. */
    private final class Listener implements Subscriber {
        final LinkedBlockingQueue<List<Long>> told = new LinkedBlockingQueue<>();

        @Override
        public SubscriptionScope audience() {
            return new SubscriptionScope("p", EventFilter.ALL, ReadScope.UNRESTRICTED);
        }

        @Override
        public Context loop() {
            return loop;
        }

        @Override
        public void changed(EventBatch batch) {
            told.add(batch.changes().stream().map(EncodedEvent::position).toList());
        }

        @Override
        public void lost() {}

        List<Long> next() throws InterruptedException {
            return told.poll(5, TimeUnit.SECONDS);
        }
    }

    private static EncodedEvent change(long position) {
        return new EncodedEvent(HistoryEpoch.of("test"), Events.at("p", position, "{}"));
    }

    @AfterEach
    void close() throws Exception {
        vertx.close().toCompletionStage().toCompletableFuture().get(5, TimeUnit.SECONDS);
    }

    @Test
    void what_comes_while_the_loop_is_busy_is_told_at_once_and_only_to_those_who_were_let_in_before_it()
            throws Exception {
        var early = new Listener();
        var late = new Listener();
        eventLoopSubscribers.join(early);
        var busy = new CountDownLatch(1);
        loop.runOnContext(nothing -> {
            try {
                busy.await(5, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        eventLoopSubscribers.tell(change(1));
        eventLoopSubscribers.tell(change(2));
        eventLoopSubscribers.join(late);
        eventLoopSubscribers.tell(change(3));
        busy.countDown();

        assertThat(early.next()).containsExactly(1L, 2L);
        assertThat(early.next()).containsExactly(3L);
        assertThat(late.next()).containsExactly(3L);
    }
}
