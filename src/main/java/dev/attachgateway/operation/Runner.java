package dev.attachgateway.operation;

import dev.attachgateway.stream.Notifications;
import io.quarkus.runtime.ShutdownDelayInitiatedEvent;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.Vertx;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.interceptor.Interceptor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.jboss.logging.Logger;

/**
 * Carries operations on: those this replica took in, and those whose replica went silent. Each has one driver in the
 * cluster, the holder of its lease.
 */
@ApplicationScoped
public class Runner {
    private static final Logger LOG = Logger.getLogger(Runner.class);
    private static final int RENEWALS_IN_A_LEASE = 3;
    private static final Duration DRAIN_LOOK = Duration.ofMillis(20);
    private static final long GATHER_MS = 50;
    private static final Duration STOP_LIMIT = Duration.ofSeconds(2);

    private final Vertx vertx;
    private final Life life;
    private final Leases leases;
    private final Turns turns;
    private final Notifications notifications;
    private final OperationConfig config;
    private final Map<UUID, Drive> drives = new ConcurrentHashMap<>();
    private final List<Long> timers = new ArrayList<>();
    private final AtomicBoolean claiming = new AtomicBoolean();
    private final AtomicBoolean renewing = new AtomicBoolean();
    private final AtomicBoolean gathering = new AtomicBoolean();
    private volatile boolean stopped;

    Runner(Vertx vertx, Life life, Leases leases, Turns turns, Notifications notifications, OperationConfig config) {
        this.vertx = vertx;
        this.life = life;
        this.leases = leases;
        this.turns = turns;
        this.notifications = notifications;
        this.config = config;
    }

    void start(@Observes @Priority(Interceptor.Priority.LIBRARY_AFTER) StartupEvent event) {
        timers.add(vertx.setPeriodic(config.takeOverEvery().toMillis(), timer -> takeOver()));
        timers.add(vertx.setPeriodic(config.lease().toMillis() / RENEWALS_IN_A_LEASE, timer -> renew()));
        notifications.listen(this::wake);
    }

    /** No step is begun any more, and those under way get their answers: what is cut off is of unknown outcome. */
    void drain(@Observes @Priority(Interceptor.Priority.LIBRARY_BEFORE) ShutdownDelayInitiatedEvent event) {
        stopped = true;
        var end = System.nanoTime() + config.stopWithin().toNanos();
        while (drives.values().stream().anyMatch(drive -> !drive.isIdle()) && System.nanoTime() < end) {
            LockSupport.parkNanos(DRAIN_LOOK.toNanos());
        }
        // The end of the streams may take a while, and nobody should wait for it.
        handOver();
    }

    void stop(@Observes ShutdownEvent event) {
        stopped = true;
        timers.forEach(vertx::cancelTimer);
        handOver();
        drives.clear();
    }

    /** What is being sent still runs into its lease; everything else may be taken over at once. */
    private void handOver() {
        var idle = drives.values().stream().filter(Drive::isIdle).map(Drive::id).toList();
        idle.forEach(drives::remove);
        if (!idle.isEmpty()) {
            leases.release(idle).onFailure().recoverWithNull().await().atMost(STOP_LIMIT);
            notifications.committed();
        }
    }

    /** Takes the first step of an operation whose lease is this replica's, and all that follow. */
    public void take(Operation operation) {
        if (stopped || drives.size() >= config.atOnce()) {
            // It waits in the database until some replica has room for it, or one that goes on sees it.
            leases.release(List.of(operation.id()))
                    .subscribe()
                    .with(released -> {}, failure -> LOG.debugf("lease not released: %s", failure.getMessage()));
            return;
        }
        var drive = new Drive(operation);
        drives.put(operation.id(), drive);
        drive.step();
    }

    /** Something was committed somewhere: a server may have become free, or a replica may have handed its work over. */
    private void wake() {
        if (!stopped && gathering.compareAndSet(false, true)) {
            vertx.setTimer(GATHER_MS, timer -> {
                gathering.set(false);
                takeOver();
                nudgeQueued();
            });
        }
    }

    private void nudgeQueued() {
        if (drives.values().stream().noneMatch(Drive::isQueued)) {
            return;
        }
        turns.moved(leases.owner())
                .subscribe()
                .with(
                        moved -> moved.stream()
                                .map(drives::get)
                                .filter(Objects::nonNull)
                                .forEach(Drive::nudge),
                        failure -> LOG.debugf("the lines were not looked at: %s", failure.getMessage()));
    }

    private void takeOver() {
        var room = config.atOnce() - drives.size();
        if (room <= 0 || stopped || !claiming.compareAndSet(false, true)) {
            return;
        }
        leases.claim(room)
                .onTermination()
                .invoke(() -> claiming.set(false))
                .subscribe()
                .with(
                        claimed -> claimed.forEach(operation -> {
                            LOG.infof(
                                    "operation taken over operation=%s step=%s",
                                    operation.id(), operation.state().step());
                            take(operation);
                        }),
                        failure -> LOG.warnf("no operations could be taken over: %s", failure.getMessage()));
    }

    private void renew() {
        var held = List.copyOf(drives.keySet());
        if (held.isEmpty() || !renewing.compareAndSet(false, true)) {
            return;
        }
        leases.renew(held)
                .onTermination()
                .invoke(() -> renewing.set(false))
                .subscribe()
                .with(
                        renewed -> held.stream()
                                .filter(id -> !renewed.contains(id))
                                .forEach(drives::remove),
                        failure -> LOG.warnf("leases were not renewed: %s", failure.getMessage()));
    }

    /** One operation, step after step, until it ends or is somebody else's. */
    private final class Drive {
        private volatile Operation operation;
        private volatile boolean idle;
        private volatile long timer;
        private int round;

        Drive(Operation operation) {
            this.operation = operation;
        }

        UUID id() {
            return operation.id();
        }

        boolean isIdle() {
            return idle;
        }

        boolean isQueued() {
            return idle && operation.state() instanceof State.Queued;
        }

        /** The next step now; the timer that is cancelled in time is the proof that nobody else takes it. */
        void nudge() {
            if (isQueued() && vertx.cancelTimer(timer)) {
                step();
            }
        }

        private void step() {
            // Dropped meanwhile: the lease ran out, another driver has it, or the replica stops.
            if (stopped || drives.get(operation.id()) != this) {
                idle = true;
                return;
            }
            idle = false;
            life.advance(operation, round).subscribe().with(this::stepped, this::broken);
        }

        private void stepped(Next next) {
            idle = true;
            round = next.operation().version() == operation.version() ? round + 1 : 0;
            operation = next.operation();
            next.after()
                    .ifPresentOrElse(
                            wait -> timer = vertx.setTimer(Math.max(1, wait.toMillis()), fired -> step()),
                            () -> drives.remove(operation.id(), this));
        }

        private void broken(Throwable failure) {
            drives.remove(operation.id(), this);
            if (failure instanceof LeaseLost) {
                LOG.infof("operation carried on elsewhere operation=%s", operation.id());
            } else {
                // Whoever finds the lease run out goes on from the row, which says how far it got.
                LOG.errorf(failure, "operation interrupted operation=%s", operation.id());
            }
        }
    }
}
