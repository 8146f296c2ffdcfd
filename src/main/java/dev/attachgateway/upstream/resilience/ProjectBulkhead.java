package dev.attachgateway.upstream.resilience;

import dev.attachgateway.upstream.http.CloudCallException.NotStarted;
import dev.attachgateway.upstream.http.CloudCallException.NotStarted.Reason;
import dev.attachgateway.upstream.http.UpstreamConfig;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/**
 * Limits the concurrent and the waiting calls to a service. No project has more than its share of either, so that the
 * calls of one project cannot block those of another.
 */
final class ProjectBulkhead {
    private final WaitQueue queue;
    private final int maxConcurrent;
    private final int maxWaiting;
    private final int maxConcurrentPerProject;
    private final int maxWaitingPerProject;
    private final Map<String, Integer> runningByProject = new HashMap<>();
    private int totalRunning;

    ProjectBulkhead(Vertx vertx, UpstreamConfig.Bulkhead config) {
        this.queue = new WaitQueue(vertx);
        this.maxConcurrent = config.maxConcurrent();
        this.maxWaiting = config.maxWaiting();
        this.maxConcurrentPerProject = Math.max(1, (int) (maxConcurrent * config.projectShare()));
        this.maxWaitingPerProject = Math.max(1, (int) (maxWaiting * config.projectShare()));
    }

    /** Runs the call once a slot is free; fails with {@link Reason#CROWDED} if none is within the max wait. */
    <T> Uni<T> execute(String projectId, Duration maxWait, Supplier<Uni<T>> call) {
        return acquire(projectId, maxWait).flatMap(_ -> {
            var released = new AtomicBoolean();
            return Uni.createFrom().deferred(call::get).onTermination().invoke(() -> {
                if (released.compareAndSet(false, true)) {
                    release(projectId);
                }
            });
        });
    }

    private Uni<Void> acquire(String projectId, Duration maxWait) {
        WaitQueue.Waiter waiter;
        synchronized (this) {
            if (hasCapacity(projectId)) {
                incrementRunning(projectId);
                return Uni.createFrom().voidItem();
            }
            if (queue.count(_ -> true) >= maxWaiting
                    || queue.count(other -> other.projectId().equals(projectId)) >= maxWaitingPerProject) {
                return Uni.createFrom().failure(bulkheadFullException());
            }
            waiter = queue.enqueue(projectId);
        }
        return queue.await(waiter, maxWait, bulkheadFullException());
    }

    private void release(String projectId) {
        synchronized (this) {
            totalRunning--;
            runningByProject.computeIfPresent(projectId, (_, calls) -> calls == 1 ? null : calls - 1);
        }
        WaitQueue.Waiter next;
        do {
            synchronized (this) {
                next = queue.pollFirst(waiter -> hasCapacity(waiter.projectId()));
                if (next == null) {
                    return;
                }
                incrementRunning(next.projectId());
            }
            if (next.admit()) {
                return;
            }
            // The waiter timed out concurrently: its slot goes to the next one.
            synchronized (this) {
                totalRunning--;
                runningByProject.computeIfPresent(next.projectId(), (_, calls) -> calls == 1 ? null : calls - 1);
            }
        } while (true);
    }

    private boolean hasCapacity(String projectId) {
        return totalRunning < maxConcurrent && runningByProject.getOrDefault(projectId, 0) < maxConcurrentPerProject;
    }

    private void incrementRunning(String projectId) {
        totalRunning++;
        runningByProject.merge(projectId, 1, Integer::sum);
    }

    synchronized int running() {
        return totalRunning;
    }

    synchronized int waiting() {
        return queue.count(_ -> true);
    }

    private static NotStarted bulkheadFullException() {
        return new NotStarted(Reason.CROWDED, "too many calls to the cloud are in flight", null, null);
    }
}
