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

/** Waits for something to become true of an operation, on whichever replica it changes. */
@ApplicationScoped
public class OperationAwaiter {
    private final EventLogTail tail;
    private final Vertx vertx;

    OperationAwaiter(EventLogTail tail, Vertx vertx) {
        this.tail = tail;
        this.vertx = vertx;
    }

    /**
     * Looks now and after each event of the operation, until there is something to see.
     *
     * @param look what is waited for; empty as long as it is not so
     * @param limit the longest wait
     * @return empty when the wait is over first; fails when a look fails
     */
    public <T> Uni<Optional<T>> await(
            String projectId, UUID operationId, Supplier<Uni<Optional<T>>> look, Duration limit) {
        return Uni.createFrom().emitter(done -> new Wait<T>(projectId, operationId, look, done).begin(limit));
    }

    private final class Wait<T> implements Subscriber {
        private final SubscriptionScope subscriptionScope;
        private final Context loop = ((ContextInternal) vertx.getOrCreateContext()).unwrap();
        private final Supplier<Uni<Optional<T>>> look;
        private final UniEmitter<? super Optional<T>> done;
        private final AtomicBoolean looking = new AtomicBoolean();
        private final AtomicBoolean again = new AtomicBoolean();
        private volatile long timer;
        private volatile boolean over;

        Wait(
                String projectId,
                UUID operationId,
                Supplier<Uni<Optional<T>>> look,
                UniEmitter<? super Optional<T>> done) {
            this.subscriptionScope = SubscriptionScope.of(projectId, operationId);
            this.look = look;
            this.done = done;
        }

        void begin(Duration limit) {
            timer = vertx.setTimer(Math.max(1, limit.toMillis()), fired -> end(Optional.empty()));
            join();
        }

        private void join() {
            tail.join(this).subscribe().with(joined -> joined(), this::fail);
        }

        private void joined() {
            if (over) {
                tail.leave(this);
            } else {
                lookNow();
            }
        }

        @Override
        public SubscriptionScope audience() {
            return subscriptionScope;
        }

        @Override
        public Context loop() {
            return loop;
        }

        @Override
        public void changed(EventBatch batch) {
            lookNow();
        }

        /** The tail has forgotten it together with the history. */
        @Override
        public void lost() {
            if (!over) {
                join();
            }
        }

        /** One look at a time; what changes during a look is looked at after it. */
        private void lookNow() {
            again.set(true);
            if (looking.compareAndSet(false, true)) {
                again.set(false);
                // A look that throws must not reach the tail, which has others to tell.
                Uni.createFrom().deferred(look::get).subscribe().with(this::seen, this::fail);
            }
        }

        private void seen(Optional<T> found) {
            looking.set(false);
            if (found.isPresent()) {
                end(found);
            } else if (again.get()) {
                lookNow();
            }
        }

        private void end(Optional<T> result) {
            over = true;
            vertx.cancelTimer(timer);
            tail.leave(this);
            done.complete(result);
        }

        private void fail(Throwable failure) {
            over = true;
            vertx.cancelTimer(timer);
            tail.leave(this);
            done.fail(failure);
        }
    }
}
