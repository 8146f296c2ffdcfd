package dev.attachgateway.stream.subscription;

import dev.attachgateway.stream.eventlog.StreamConfig;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jboss.logging.Logger;

/**
 * Ends the streams of a replica that shuts down so that their clients do not reconnect to the others all at once: each
 * stream gets its own reconnection delay, and they are closed one after the other.
 */
final class StreamDrain {
    private static final Logger LOG = Logger.getLogger(StreamDrain.class);
    private static final Duration LAST_BYTES = Duration.ofSeconds(1);

    private final StreamConfig config;

    StreamDrain(StreamConfig config) {
        this.config = config;
    }

    /**
     * Blocks until all are closed, for {@link StreamConfig#drainTimeout} and a second at most. Not on an event loop.
     */
    void run(List<OperationStream> streams) {
        if (streams.isEmpty()) {
            return;
        }
        var reconnectNs = TimeUnit.SECONDS.toNanos(streams.size()) / config.reconnectsPerSecond();
        var closeNs = Math.min(reconnectNs, config.drainTimeout().toNanos());
        LOG.infof(
                "closing %d streams within %d ms, clients reconnect within %d ms",
                streams.size(), TimeUnit.NANOSECONDS.toMillis(closeNs), TimeUnit.NANOSECONDS.toMillis(reconnectNs));
        // Sent at once, so that clients have the delay even if this process is killed before it closes them.
        for (int i = 0; i < streams.size(); i++) {
            var waitNs = (reconnectNs - closeNs) * i / streams.size();
            streams.get(i).sendRetry(config.retryMin().toMillis() + jitter() + TimeUnit.NANOSECONDS.toMillis(waitNs));
        }
        var begin = System.nanoTime();
        var ended = new ArrayList<Future<Void>>(streams.size());
        for (int i = 0; i < streams.size(); i++) {
            var at = begin + closeNs / streams.size() * i;
            while (System.nanoTime() - at < 0) {
                LockSupport.parkNanos(at - System.nanoTime());
            }
            ended.add(streams.get(i).finish());
        }
        awaitLastBytes(ended);
    }

    private static long jitter() {
        return ThreadLocalRandom.current().nextLong(100);
    }

    private static void awaitLastBytes(List<Future<Void>> ended) {
        try {
            Uni.createFrom()
                    .completionStage(() -> Future.join(ended).toCompletionStage())
                    .await()
                    .atMost(LAST_BYTES);
        } catch (RuntimeException late) {
            LOG.debugf("streams were not flushed before the shutdown: %s", late.getMessage());
        }
    }
}
