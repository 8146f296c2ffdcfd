package dev.attachgateway.schedule;

import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.Cancellable;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/** The executions of one job. Of consecutive failures the first is logged, and then the first success. */
final class PeriodicJob {
    private static final Logger LOG = Logger.getLogger(PeriodicJob.class);

    private final String name;
    private final Duration timeLimit;
    private final Supplier<Uni<?>> task;
    private final AtomicBoolean running = new AtomicBoolean();
    private volatile Cancellable execution = () -> {};
    private volatile boolean stopped;

    /** Used only by the execution that is running. */
    private boolean failing;

    PeriodicJob(String name, Duration timeLimit, Supplier<Uni<?>> task) {
        this.name = name;
        this.timeLimit = timeLimit;
        this.task = task;
    }

    /** Begins an execution, unless the previous one is running or the job is stopped. */
    void execute() {
        if (!stopped && running.compareAndSet(false, true)) {
            execution = Uni.createFrom()
                    .deferred(() -> task.get().replaceWithVoid())
                    .ifNoItem()
                    .after(timeLimit)
                    .failWith(() -> new TimeoutException("the execution did not end within " + timeLimit))
                    .onItem()
                    .invoke(this::onSuccess)
                    .onFailure()
                    .invoke(this::onFailure)
                    .onTermination()
                    .invoke(() -> running.set(false))
                    .subscribe()
                    .with(_ -> {}, _ -> {});
        }
    }

    /** Cancels the execution that is running, and prevents further ones. */
    void stop() {
        stopped = true;
        execution.cancel();
    }

    private void onSuccess() {
        if (failing) {
            failing = false;
            LOG.infof("periodic job succeeded again job=%s", name);
        }
    }

    private void onFailure(Throwable failure) {
        if (!failing) {
            failing = true;
            LOG.warnf(failure, "periodic job failed job=%s", name);
        }
    }
}
