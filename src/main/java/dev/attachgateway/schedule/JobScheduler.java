package dev.attachgateway.schedule;

import io.quarkus.runtime.ShutdownEvent;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;

/**
 * Executes the periodic jobs of this replica until it stops. The executions of a job do not overlap: one that is due while
 * the previous one is running is skipped. A failure is logged, and the next execution follows as usual.
 */
@ApplicationScoped
public class JobScheduler {
    private final Vertx vertx;
    private final List<Long> timers = new CopyOnWriteArrayList<>();
    private final List<PeriodicJob> jobs = new CopyOnWriteArrayList<>();

    JobScheduler(Vertx vertx) {
        this.vertx = vertx;
    }

    /**
     * Schedules a job, first executed when the interval has passed.
     *
     * @param name of the job in the log
     * @param timeLimit an execution that takes longer is cancelled and counts as failed. A statement that was sent to the
     *     database is not cancelled by that, so a job that writes takes a lock or skips locked rows.
     * @param task begins one execution, on an event loop
     */
    public void schedule(String name, Duration interval, Duration timeLimit, Supplier<Uni<?>> task) {
        start(new PeriodicJob(name, timeLimit, task), interval);
    }

    /** Schedules a job as {@link #schedule} does, but executes it first at once, on the calling thread. */
    public void scheduleNow(String name, Duration interval, Duration timeLimit, Supplier<Uni<?>> task) {
        var job = new PeriodicJob(name, timeLimit, task);
        job.execute();
        start(job, interval);
    }

    private void start(PeriodicJob job, Duration interval) {
        jobs.add(job);
        timers.add(vertx.setPeriodic(interval.toMillis(), _ -> job.execute()));
    }

    void stop(@Observes ShutdownEvent event) {
        timers.forEach(vertx::cancelTimer);
        jobs.forEach(PeriodicJob::stop);
    }
}
