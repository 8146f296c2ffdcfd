package dev.attachgateway.upstream.resilience;

import dev.attachgateway.upstream.http.CloudCallException.NotStarted;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A FIFO queue of waiting calls, each with a timeout. Not thread-safe and not bounded: both are up to its owner. */
final class WaitQueue {
    private final Vertx vertx;
    private final List<Waiter> waiters = new ArrayList<>();

    WaitQueue(Vertx vertx) {
        this.vertx = vertx;
    }

    /** The queue entry of one call; the first of admission, rejection and timeout decides. */
    static final class Waiter {
        private final String projectId;
        private final CompletableFuture<Void> admission = new CompletableFuture<>();

        private Waiter(String projectId) {
            this.projectId = projectId;
        }

        String projectId() {
            return projectId;
        }

        /**
         * Admits the call; false if it has timed out. To be called without a lock: the call continues on this thread.
         */
        boolean admit() {
            return admission.complete(null);
        }

        void reject(NotStarted failure) {
            admission.completeExceptionally(failure);
        }

        boolean isDone() {
            return admission.isDone();
        }
    }

    Waiter enqueue(String projectId) {
        var waiter = new Waiter(projectId);
        waiters.add(waiter);
        return waiter;
    }

    /** Completes on admission; fails on rejection, or with the given failure after the max wait. */
    Uni<Void> await(Waiter waiter, Duration maxWait, NotStarted onTimeout) {
        var timer = vertx.setTimer(Math.max(1, maxWait.toMillis()), _ -> waiter.reject(onTimeout));
        return Uni.createFrom()
                .completionStage(waiter.admission)
                .onTermination()
                .invoke(() -> vertx.cancelTimer(timer));
    }

    /** Removes and returns the oldest waiter that matches; null if there is none. */
    @Nullable
    Waiter pollFirst(Predicate<Waiter> filter) {
        waiters.removeIf(Waiter::isDone);
        for (var i = 0; i < waiters.size(); i++) {
            if (filter.test(waiters.get(i))) {
                return waiters.remove(i);
            }
        }
        return null;
    }

    /** Removes and returns all waiters. */
    List<Waiter> drain() {
        var all = List.copyOf(waiters);
        waiters.clear();
        return all;
    }

    int count(Predicate<Waiter> filter) {
        return (int) waiters.stream()
                .filter(waiter -> !waiter.isDone())
                .filter(filter)
                .count();
    }
}
