package dev.attachgateway.stream.subscription;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attachgateway.stream.channel.StreamChannel;
import dev.attachgateway.stream.eventlog.HistoryEpoch;
import dev.attachgateway.stream.eventlog.SubscriptionScope;
import dev.attachgateway.stream.sse.EventEnvelope;
import dev.attachgateway.stream.sse.SseFrame;
import dev.attachgateway.stream.tail.ReplayStep;
import dev.attachgateway.testkit.PostgresForTests;
import dev.attachgateway.testkit.QuickProfile;
import dev.attachgateway.testkit.Timeouts;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.impl.ContextInternal;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Proves that a closed stream is released whatever its client does. */
@QuarkusTest
@TestProfile(QuickProfile.class)
@WithTestResource(PostgresForTests.class)
class OperationStreamEndTest {
    private static final Duration LIMIT = Timeouts.CONDITION;

    @Inject
    Vertx vertx;

    @Inject
    OperationStreamService service;

    /** A client that has been sent more than it reads. */
    private static final class UnreadChannel implements StreamChannel {
        private final List<String> calls = new CopyOnWriteArrayList<>();
        private volatile boolean full;

        @Override
        public void onClose(Runnable gone) {}

        @Override
        public void open() {}

        @Override
        public boolean isFull() {
            return full;
        }

        @Override
        public void onWritable(Runnable room) {}

        @Override
        public void write(SseFrame frame) {
            calls.add("write");
        }

        @Override
        public Future<Void> end() {
            calls.add("end");
            return Future.succeededFuture();
        }

        @Override
        public void abort() {
            calls.add("cut");
        }

        @Override
        public void sendNoContent() {}
    }

    private OperationStream openStream(StreamChannel channel) {
        var loop = ((ContextInternal) vertx.getOrCreateContext()).unwrap();
        var stream = new OperationStream(
                SubscriptionScope.of("p", UUID.randomUUID()), EventEnvelope.NONE, channel, loop, service);
        stream.onLoop(() -> stream.begin(HistoryEpoch.of("any"), new ReplayStep.Live()));
        return stream;
    }

    @Test
    void a_close_that_is_not_read_is_aborted_at_a_heartbeat() {
        var channel = new UnreadChannel();
        var stream = openStream(channel);
        channel.full = true;
        stream.finish();
        Awaitility.await().atMost(LIMIT).until(() -> channel.calls.contains("cut"));
        assertThat(channel.calls).startsWith("write", "end", "cut");
    }

    @Test
    void a_closed_stream_writes_nothing_more() {
        var channel = new UnreadChannel();
        var stream = openStream(channel);
        stream.finish();
        var other = new UnreadChannel();
        openStream(other);
        Awaitility.await().atMost(LIMIT).until(() -> other.calls.size() >= 3);
        assertThat(channel.calls).containsExactly("write", "end");
    }
}
