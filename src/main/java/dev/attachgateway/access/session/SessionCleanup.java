package dev.attachgateway.access.session;

import dev.attachgateway.schedule.JobScheduler;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.interceptor.Interceptor;
import java.time.Duration;

/**
 * Removes expired sessions (on every replica; rows locked by one are skipped by the others), and refreshes which sessions
 * have ended at other replicas.
 */
@ApplicationScoped
class SessionCleanup {
    private static final Duration TIME_LIMIT = Duration.ofMinutes(1);

    /** Short, so that a stream ends within seconds after the session that opened it. */
    private static final Duration REVOCATION_REFRESH_INTERVAL = Duration.ofSeconds(1);

    private final JobScheduler scheduler;
    private final SessionStore sessionStore;
    private final SessionConfig config;

    SessionCleanup(JobScheduler scheduler, SessionStore sessionStore, SessionConfig config) {
        this.scheduler = scheduler;
        this.sessionStore = sessionStore;
        this.config = config;
    }

    void start(@Observes @Priority(Interceptor.Priority.LIBRARY_AFTER) StartupEvent event) {
        scheduler.schedule("session-cleanup", config.cleanupInterval(), TIME_LIMIT, sessionStore::removeExpired);
        scheduler.schedule(
                "session-revocation", REVOCATION_REFRESH_INTERVAL, TIME_LIMIT, sessionStore::refreshRevocations);
    }
}
