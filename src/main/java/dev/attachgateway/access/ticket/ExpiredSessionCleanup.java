package dev.attachgateway.access.ticket;

import dev.attachgateway.access.session.SessionStore;
import dev.attachgateway.schedule.JobScheduler;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.interceptor.Interceptor;
import java.time.Duration;

/**
 * Removes expired tickets and sessions (on every replica; rows locked by one are skipped by the others), and refreshes which
 * sessions have ended at other replicas.
 */
@ApplicationScoped
class ExpiredSessionCleanup {
    private static final Duration TIME_LIMIT = Duration.ofMinutes(1);

    /** Short, so that a stream ends within seconds after the session that opened it. */
    private static final Duration REVOCATION_REFRESH_INTERVAL = Duration.ofSeconds(1);

    private final JobScheduler scheduler;
    private final TicketStore ticketStore;
    private final SessionStore sessionStore;
    private final TicketConfig config;

    ExpiredSessionCleanup(
            JobScheduler scheduler, TicketStore ticketStore, SessionStore sessionStore, TicketConfig config) {
        this.scheduler = scheduler;
        this.ticketStore = ticketStore;
        this.sessionStore = sessionStore;
        this.config = config;
    }

    void start(@Observes @Priority(Interceptor.Priority.LIBRARY_AFTER) StartupEvent event) {
        scheduler.schedule("ticket-cleanup", config.cleanupInterval(), TIME_LIMIT, ticketStore::removeExpired);
        scheduler.schedule("session-cleanup", config.cleanupInterval(), TIME_LIMIT, sessionStore::removeExpired);
        scheduler.schedule(
                "session-revocation", REVOCATION_REFRESH_INTERVAL, TIME_LIMIT, sessionStore::refreshRevocations);
    }
}
