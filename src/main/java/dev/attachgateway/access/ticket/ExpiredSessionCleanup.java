package dev.attachgateway.access.ticket;

import dev.attachgateway.access.session.SessionStore;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.interceptor.Interceptor;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/**
 * Removes expired tickets and sessions (on every replica; rows locked by one are skipped by the others), and refreshes which
 * sessions have ended at other replicas.
 */
@ApplicationScoped
class ExpiredSessionCleanup {
    private static final Logger LOG = Logger.getLogger(ExpiredSessionCleanup.class);

    /** Short, so that a stream ends within seconds after the session that opened it. */
    private static final Duration REVOCATION_REFRESH_INTERVAL = Duration.ofSeconds(1);

    private final Vertx vertx;
    private final TicketStore ticketStore;
    private final SessionStore sessionStore;
    private final TicketConfig config;
    private final List<Long> timers = new CopyOnWriteArrayList<>();

    ExpiredSessionCleanup(Vertx vertx, TicketStore ticketStore, SessionStore sessionStore, TicketConfig config) {
        this.vertx = vertx;
        this.ticketStore = ticketStore;
        this.sessionStore = sessionStore;
        this.config = config;
    }

    void start(@Observes @Priority(Interceptor.Priority.LIBRARY_AFTER) StartupEvent event) {
        schedule(config.cleanupInterval(), "expired tickets could not be removed", ticketStore::removeExpired);
        schedule(config.cleanupInterval(), "expired sessions could not be removed", sessionStore::removeExpired);
        schedule(
                REVOCATION_REFRESH_INTERVAL,
                "session revocations could not be refreshed",
                sessionStore::refreshRevocations);
    }

    void stop(@Observes ShutdownEvent event) {
        timers.forEach(vertx::cancelTimer);
    }

    private void schedule(Duration interval, String failureMessage, Supplier<Uni<?>> task) {
        var busy = new AtomicBoolean();
        timers.add(vertx.setPeriodic(interval.toMillis(), _ -> {
            if (busy.compareAndSet(false, true)) {
                Uni.createFrom()
                        .deferred(task::get)
                        .onTermination()
                        .invoke(() -> busy.set(false))
                        .subscribe()
                        .with(_ -> {}, failure -> LOG.warnf("%s: %s", failureMessage, failure.getCause()));
            }
        }));
    }
}
