package dev.attachgateway.upstream.resilience;

import dev.attachgateway.upstream.http.CloudCallException.NotStarted;
import dev.attachgateway.upstream.http.CloudCallException.NotStarted.Why;
import dev.attachgateway.upstream.http.UpstreamConfig;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/**
 * So many calls to a service at once, and so many that wait; no project has more than its share of either, so that the calls
 * of one cannot keep out those of another.
 */
final class ProjectBulkhead {
    private final WaitQueue line;
    private final int most;
    private final int mostWaiting;
    private final int share;
    private final int shareWaiting;
    private final Map<String, Integer> running = new HashMap<>();
    private int total;

    ProjectBulkhead(Vertx vertx, UpstreamConfig.Bulkhead config) {
        this.line = new WaitQueue(vertx);
        this.most = config.maxConcurrent();
        this.mostWaiting = config.maxWaiting();
        this.share = Math.max(1, (int) (most * config.projectShare()));
        this.shareWaiting = Math.max(1, (int) (mostWaiting * config.projectShare()));
    }

    /** Runs the call when there is room; fails with {@link Why#CROWDED} when there is none in time. */
    <T> Uni<T> within(String projectId, Duration atMost, Supplier<Uni<T>> call) {
        return enter(projectId, atMost).flatMap(entered -> {
            var left = new AtomicBoolean();
            return Uni.createFrom().deferred(call::get).onTermination().invoke(() -> {
                if (left.compareAndSet(false, true)) {
                    leave(projectId);
                }
            });
        });
    }

    private Uni<Void> enter(String projectId, Duration atMost) {
        WaitQueue.Place place;
        synchronized (this) {
            if (hasRoom(projectId)) {
                took(projectId);
                return Uni.createFrom().voidItem();
            }
            if (line.length(any -> true) >= mostWaiting
                    || line.length(other -> other.projectId().equals(projectId)) >= shareWaiting) {
                return Uni.createFrom().failure(crowded());
            }
            place = line.join(projectId);
        }
        return line.await(place, atMost, crowded());
    }

    private void leave(String projectId) {
        synchronized (this) {
            total--;
            running.computeIfPresent(projectId, (id, calls) -> calls == 1 ? null : calls - 1);
        }
        WaitQueue.Place next;
        do {
            synchronized (this) {
                next = line.take(place -> hasRoom(place.projectId()));
                if (next == null) {
                    return;
                }
                took(next.projectId());
            }
            if (next.call()) {
                return;
            }
            // It gave up at this very moment: its room is for the next one.
            synchronized (this) {
                total--;
                running.computeIfPresent(next.projectId(), (id, calls) -> calls == 1 ? null : calls - 1);
            }
        } while (true);
    }

    private boolean hasRoom(String projectId) {
        return total < most && running.getOrDefault(projectId, 0) < share;
    }

    private void took(String projectId) {
        total++;
        running.merge(projectId, 1, Integer::sum);
    }

    synchronized int running() {
        return total;
    }

    synchronized int waiting() {
        return line.length(any -> true);
    }

    private static NotStarted crowded() {
        return new NotStarted(Why.CROWDED, "too many calls to the cloud are under way", null, null);
    }
}
