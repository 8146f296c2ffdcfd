package dev.attachgateway.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attachgateway.testkit.Timeouts;
import io.quarkus.runtime.ShutdownEvent;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Proves that the executions of a job follow each other without overlap, despite failures, until the replica stops. */
class JobSchedulerTest {
    private static final Duration INTERVAL = Duration.ofMillis(5);
    private static final Duration NO_LIMIT = Duration.ofHours(1);
    private static final String NAME = "test-job";

    private final Vertx vertx = Vertx.vertx();
    private final JobScheduler scheduler = new JobScheduler(vertx);
    private final AtomicInteger executions = new AtomicInteger();
    private final AtomicBoolean cancelled = new AtomicBoolean();
    private final List<LogRecord> logged = new CopyOnWriteArrayList<>();
    private final Logger logger = Logger.getLogger(PeriodicJob.class.getName());
    private final Handler handler = new Handler() {
        @Override
        public void publish(LogRecord record) {
            logged.add(record);
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    @BeforeEach
    void captureLog() {
        logger.addHandler(handler);
    }

    @AfterEach
    void close() {
        logger.removeHandler(handler);
        vertx.close();
    }

    private Uni<Void> endless() {
        executions.incrementAndGet();
        return Uni.createFrom().<Void>nothing().onCancellation().invoke(() -> cancelled.set(true));
    }

    private static void awaitCount(AtomicInteger count, int expected) {
        Awaitility.await().atMost(Timeouts.CONDITION).until(() -> count.get() >= expected);
    }

    /** A timer that was set later than another one of the same interval, and fires repeatedly, shows that the other was due. */
    private void awaitFurtherIntervals() {
        var ticks = new AtomicInteger();
        vertx.setPeriodic(INTERVAL.toMillis(), _ -> ticks.incrementAndGet());
        awaitCount(ticks, 10);
    }

    private List<Level> levels() {
        return logged.stream().map(LogRecord::getLevel).toList();
    }

    @Test
    void an_execution_does_not_begin_before_the_previous_one_has_ended() {
        scheduler.schedule(NAME, INTERVAL, NO_LIMIT, this::endless);
        awaitCount(executions, 1);
        awaitFurtherIntervals();
        assertThat(executions).hasValue(1);
        assertThat(cancelled).isFalse();
    }

    @Test
    void an_execution_that_exceeds_its_time_limit_is_cancelled_and_the_next_one_follows() {
        scheduler.schedule(NAME, INTERVAL, Duration.ofMillis(20), this::endless);
        awaitCount(executions, 3);
        assertThat(cancelled).isTrue();
        assertThat(logged)
                .singleElement()
                .satisfies(record ->
                        assertThat(record.getThrown()).hasMessage("the execution did not end within PT0.02S"));
    }

    @Test
    void consecutive_failures_are_logged_once_with_the_name_of_the_job() {
        var failing = new AtomicBoolean(true);
        var cause = new IllegalStateException("out of order");
        scheduler.schedule(NAME, INTERVAL, NO_LIMIT, () -> {
            // Alternates between a failed Uni and an exception, which count alike.
            if (executions.incrementAndGet() % 2 == 0 && failing.get()) {
                throw cause;
            }
            return failing.get()
                    ? Uni.createFrom().failure(cause)
                    : Uni.createFrom().voidItem();
        });
        awaitCount(executions, 4);
        assertThat(logged).singleElement().satisfies(record -> {
            assertThat(record.getThrown()).isSameAs(cause);
            assertThat(String.format(record.getMessage(), record.getParameters()))
                    .contains("job=" + NAME);
        });

        failing.set(false);
        Awaitility.await().atMost(Timeouts.CONDITION).until(() -> logged.size() == 2);
        failing.set(true);
        Awaitility.await().atMost(Timeouts.CONDITION).until(() -> logged.size() == 3);
        assertThat(levels()).extracting(Level::getName).containsExactly("WARN", "INFO", "WARN");
    }

    @Test
    void no_execution_begins_after_the_stop_and_a_running_one_is_cancelled() {
        scheduler.schedule(NAME, INTERVAL, NO_LIMIT, this::endless);
        awaitCount(executions, 1);
        scheduler.stop(new ShutdownEvent());
        assertThat(cancelled).isTrue();
        awaitFurtherIntervals();
        assertThat(executions).hasValue(1);
        assertThat(logged).isEmpty();
    }

    @Test
    void the_first_execution_is_due_at_once_or_after_an_interval() {
        var later = new AtomicInteger();
        scheduler.schedule(NAME, Duration.ofHours(1), NO_LIMIT, () -> {
            later.incrementAndGet();
            return Uni.createFrom().voidItem();
        });
        scheduler.scheduleNow(NAME, INTERVAL, NO_LIMIT, () -> {
            executions.incrementAndGet();
            return Uni.createFrom().voidItem();
        });
        assertThat(executions).hasPositiveValue();
        awaitCount(executions, 3);
        assertThat(later).hasValue(0);
    }
}
