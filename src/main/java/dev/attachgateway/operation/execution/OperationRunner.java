package dev.attachgateway.operation.execution;

import dev.attachgateway.operation.model.Operation;
import dev.attachgateway.operation.model.OperationConfig;
import dev.attachgateway.operation.model.OperationState;
import dev.attachgateway.operation.precondition.ServerQueue;
import dev.attachgateway.operation.precondition.StepResult;
import dev.attachgateway.operation.store.LeaseLostException;
import dev.attachgateway.operation.store.LeaseStore;
import dev.attachgateway.stream.tail.EventNotifier;
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
 * Drives operations: those that this replica accepted, and those whose lease has expired. Each operation has one driver in
 * the cluster, the holder of its lease.
 */
@ApplicationScoped
public class OperationRunner {
    private static final Logger LOG = Logger.getLogger(OperationRunner.class);
    private static final int RENEWALS_PER_LEASE = 3;
    private static final Duration DRAIN_POLL_INTERVAL = Duration.ofMillis(20);
    private static final long WAKE_DEBOUNCE_MS = 50;
    private static final Duration RELEASE_TIMEOUT = Duration.ofSeconds(2);

    private final Vertx vertx;
    private final StepDispatcher stepDispatcher;
    private final LeaseStore leaseStore;
    private final ServerQueue serverQueue;
    private final EventNotifier eventNotifier;
    private final OperationConfig config;
    private final Map<UUID, OperationDriver> drivers = new ConcurrentHashMap<>();
    private final List<Long> timers = new ArrayList<>();
    private final AtomicBoolean claiming = new AtomicBoolean();
    private final AtomicBoolean renewing = new AtomicBoolean();
    private final AtomicBoolean wakePending = new AtomicBoolean();
    private volatile boolean stopped;

    OperationRunner(
            Vertx vertx,
            StepDispatcher stepDispatcher,
            LeaseStore leaseStore,
            ServerQueue serverQueue,
            EventNotifier eventNotifier,
            OperationConfig config) {
        this.vertx = vertx;
        this.stepDispatcher = stepDispatcher;
        this.leaseStore = leaseStore;
        this.serverQueue = serverQueue;
        this.eventNotifier = eventNotifier;
        this.config = config;
    }

    void start(@Observes @Priority(Interceptor.Priority.LIBRARY_AFTER) StartupEvent event) {
        timers.add(vertx.setPeriodic(config.takeoverInterval().toMillis(), _ -> takeOver()));
        timers.add(vertx.setPeriodic(config.lease().toMillis() / RENEWALS_PER_LEASE, _ -> renewLeases()));
        eventNotifier.listen(this::onNotification);
    }

    /** Starts no further steps and waits for the running ones: a request that is cut off has an unknown outcome. */
    void drain(@Observes @Priority(Interceptor.Priority.LIBRARY_BEFORE) ShutdownDelayInitiatedEvent event) {
        stopped = true;
        var end = System.nanoTime() + config.shutdownTimeout().toNanos();
        while (drivers.values().stream().anyMatch(operationDriver -> !operationDriver.isIdle())
                && System.nanoTime() < end) {
            LockSupport.parkNanos(DRAIN_POLL_INTERVAL.toNanos());
        }
        // Closing the streams may take a while; other replicas take the operations over meanwhile.
        releaseIdle();
    }

    void stop(@Observes ShutdownEvent event) {
        stopped = true;
        timers.forEach(vertx::cancelTimer);
        releaseIdle();
        drivers.clear();
    }

    /** An operation that is being sent keeps its lease until it expires; every other one may be taken over at once. */
    private void releaseIdle() {
        var idle = drivers.values().stream()
                .filter(OperationDriver::isIdle)
                .map(OperationDriver::id)
                .toList();
        idle.forEach(drivers::remove);
        if (!idle.isEmpty()) {
            leaseStore.release(idle).onFailure().recoverWithNull().await().atMost(RELEASE_TIMEOUT);
            eventNotifier.committed();
        }
    }

    /**
     * Runs all steps of an operation whose lease this replica holds; releases the lease when the replica stops or is at its
     * limit.
     */
    public void submit(Operation operation) {
        if (stopped || drivers.size() >= config.maxConcurrent()) {
            // Any replica below its limit claims it from the database.
            leaseStore
                    .release(List.of(operation.id()))
                    .subscribe()
                    .with(_ -> {}, failure -> LOG.debugf("lease not released: %s", failure.getMessage()));
            return;
        }
        var operationDriver = new OperationDriver(operation);
        drivers.put(operation.id(), operationDriver);
        operationDriver.runStep();
    }

    /** After a commit of any replica: a server's slot may have become free, or a lease may have been released. */
    private void onNotification() {
        if (!stopped && wakePending.compareAndSet(false, true)) {
            vertx.setTimer(WAKE_DEBOUNCE_MS, _ -> {
                wakePending.set(false);
                takeOver();
                wakeQueued();
            });
        }
    }

    private void wakeQueued() {
        if (drivers.values().stream().noneMatch(OperationDriver::isQueued)) {
            return;
        }
        serverQueue
                .findChangedPositions(leaseStore.owner())
                .subscribe()
                .with(
                        moved -> moved.stream()
                                .map(drivers::get)
                                .filter(Objects::nonNull)
                                .forEach(OperationDriver::wakeIfQueued),
                        failure -> LOG.debugf("queue positions were not read: %s", failure.getMessage()));
    }

    private void takeOver() {
        var capacity = config.maxConcurrent() - drivers.size();
        if (capacity <= 0 || stopped || !claiming.compareAndSet(false, true)) {
            return;
        }
        leaseStore
                .claim(capacity)
                .onTermination()
                .invoke(() -> claiming.set(false))
                .subscribe()
                .with(
                        claimed -> claimed.forEach(operation -> {
                            LOG.infof(
                                    "operation taken over operation=%s step=%s",
                                    operation.id(), operation.state().step());
                            submit(operation);
                        }),
                        failure -> LOG.warnf("operations were not taken over: %s", failure.getMessage()));
    }

    private void renewLeases() {
        var held = List.copyOf(drivers.keySet());
        if (held.isEmpty() || !renewing.compareAndSet(false, true)) {
            return;
        }
        leaseStore
                .renew(held)
                .onTermination()
                .invoke(() -> renewing.set(false))
                .subscribe()
                .with(
                        renewed -> held.stream()
                                .filter(id -> !renewed.contains(id))
                                .forEach(drivers::remove),
                        failure -> LOG.warnf("leases were not renewed: %s", failure.getMessage()));
    }

    /** Runs the steps of one operation until it ends or its lease is lost. */
    private final class OperationDriver {
        private volatile Operation operation;
        private volatile boolean idle;
        private volatile long timer;
        private int unchangedSteps;

        OperationDriver(Operation operation) {
            this.operation = operation;
        }

        UUID id() {
            return operation.id();
        }

        boolean isIdle() {
            return idle;
        }

        boolean isQueued() {
            return idle && operation.state() instanceof OperationState.Queued;
        }

        /** Runs the next step now; a timer that could be cancelled has not started that step itself. */
        void wakeIfQueued() {
            if (isQueued() && vertx.cancelTimer(timer)) {
                runStep();
            }
        }

        private void runStep() {
            // Dropped meanwhile: the lease expired, another driver holds it, or the replica stops.
            if (stopped || drivers.get(operation.id()) != this) {
                idle = true;
                return;
            }
            idle = false;
            stepDispatcher
                    .advance(operation, unchangedSteps)
                    .subscribe()
                    .with(this::onStepCompleted, this::onStepFailed);
        }

        private void onStepCompleted(StepResult stepResult) {
            idle = true;
            unchangedSteps = stepResult.operation().version() == operation.version() ? unchangedSteps + 1 : 0;
            operation = stepResult.operation();
            stepResult
                    .nextStepDelay()
                    .ifPresentOrElse(
                            wait -> timer = vertx.setTimer(Math.max(1, wait.toMillis()), _ -> runStep()),
                            () -> drivers.remove(operation.id(), this));
        }

        private void onStepFailed(Throwable failure) {
            drivers.remove(operation.id(), this);
            if (failure instanceof LeaseLostException) {
                LOG.infof("operation continued by another replica operation=%s", operation.id());
            } else {
                // After the lease expires a replica continues from the row, which has the step that was reached.
                LOG.errorf(failure, "operation interrupted operation=%s", operation.id());
            }
        }
    }
}
