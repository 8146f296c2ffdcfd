package dev.attachgateway.access.ticket;

import dev.attachgateway.schedule.JobScheduler;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.interceptor.Interceptor;
import java.time.Duration;

/** Removes expired tickets, on every replica; rows locked by one are skipped by the others. */
@ApplicationScoped
class TicketCleanup {
    private static final Duration TIME_LIMIT = Duration.ofMinutes(1);

    private final JobScheduler scheduler;
    private final TicketStore ticketStore;
    private final TicketConfig config;

    TicketCleanup(JobScheduler scheduler, TicketStore ticketStore, TicketConfig config) {
        this.scheduler = scheduler;
        this.ticketStore = ticketStore;
        this.config = config;
    }

    void start(@Observes @Priority(Interceptor.Priority.LIBRARY_AFTER) StartupEvent event) {
        scheduler.schedule("ticket-cleanup", config.cleanupInterval(), TIME_LIMIT, ticketStore::removeExpired);
    }
}
