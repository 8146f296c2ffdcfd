package dev.attachgateway.stream.tail;

import dev.attachgateway.stream.eventlog.SubscriptionScope;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.UniEmitter;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.impl.ContextInternal;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/** Waits for a condition on an operation, whichever replica changes it. */
@ApplicationScoped
public class OperationAwaiter {
    private final EventLogTail tail;
    private final Vertx vertx;

    OperationAwaiter(EventLogTail tail, Vertx vertx) {
        this.tail = tail;
        this.vertx = vertx;
    }

    /**
     * Runs a check now and after each event of the operation, until it has a result.
     *
     *
     * @param check the condition; empty as long as it does not hold
     * @param timeout the maximum wait
     * @return empty after the timeout; fails if a check fails
     */
    public <T> Uni<Optional<T>> await(
            String projectId, UUID operationId, Supplier<Uni<Optional<T>>> check, Duration timeout) {
        return Uni.createFrom().emitter(emitter -> new Wait<T>(projectId, operationId, check, emitter).begin(timeout));
    }

    private final class Wait<T> implements Subscriber {
        private final SubscriptionScope subscriptionScope;
        private final Context loop = ((ContextInternal) vertx.getOrCreateContext()).unwrap();
        private final Supplier<Uni<Optional<T>>> check;
        private final UniEmitter<? super Optional<T>> emitter;
        private final AtomicBoolean checking = new AtomicBoolean();
        private final AtomicBoolean recheck = new AtomicBoolean();
        private volatile long timer;
        private volatile boolean ended;

        Wait(
                String projectId,
                UUID operationId,
                Supplier<Uni<Optional<T>>> check,
                UniEmitter<? super Optional<T>> emitter) {
            this.subscriptionScope = SubscriptionScope.of(projectId, operationId);
            this.check = check;
            this.emitter = emitter;
        }

        void begin(Duration timeout) {
            timer = vertx.setTimer(Math.max(1, timeout.toMillis()), _ -> end(Optional.empty()));
            join();
        }

        private void join() {
            tail.join(this).subscribe().with(joined -> joined(), this::fail);
        }

        private void joined() {
            if (ended) {
                tail.leave(this);
            } else {
                runCheck();
            }
        }

        @Override
        public SubscriptionScope scope() {
            return subscriptionScope;
        }

        @Override
        public Context loop() {
            return loop;
        }

        @Override
        public void onEvents(EventBatch batch) {
            runCheck();
        }

        /** The tail has dropped the subscriber together with the history. */
        @Override
        public void onHistoryLost() {
            if (!ended) {
                join();
            }
        }

        /** One check at a time; a change during a check is followed by another one. */
        private void runCheck() {
            recheck.set(true);
            if (checking.compareAndSet(false, true)) {
                recheck.set(false);
                // A check that throws must not fail the tail's delivery to other subscribers.
                Uni.createFrom().deferred(check::get).subscribe().with(this::checked, this::fail);
            }
        }

        private void checked(Optional<T> found) {
            checking.set(false);
            if (found.isPresent()) {
                end(found);
            } else if (recheck.get()) {
                runCheck();
            }
        }

        private void end(Optional<T> result) {
            ended = true;
            vertx.cancelTimer(timer);
            tail.leave(this);
            emitter.complete(result);
        }

        private void fail(Throwable failure) {
            ended = true;
            vertx.cancelTimer(timer);
            tail.leave(this);
            emitter.fail(failure);
        }
    }
}
