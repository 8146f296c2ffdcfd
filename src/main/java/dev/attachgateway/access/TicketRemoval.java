package dev.attachgateway.access;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jboss.logging.Logger;

/** Removes tickets that nobody used in time. Every replica does; what one is removing the others pass over. */
@ApplicationScoped
class TicketRemoval {
    private static final Logger LOG = Logger.getLogger(TicketRemoval.class);

    private final Vertx vertx;
    private final Tickets tickets;
    private final TicketConfig config;
    private final AtomicBoolean removing = new AtomicBoolean();
    private volatile long timer;

    TicketRemoval(Vertx vertx, Tickets tickets, TicketConfig config) {
        this.vertx = vertx;
        this.tickets = tickets;
        this.config = config;
    }

    void start(@Observes StartupEvent event) {
        timer = vertx.setPeriodic(config.removeEvery().toMillis(), fired -> turn());
    }

    void stop(@Observes ShutdownEvent event) {
        vertx.cancelTimer(timer);
    }

    private void turn() {
        if (removing.compareAndSet(false, true)) {
            tickets.removeExpired()
                    .onTermination()
                    .invoke(() -> removing.set(false))
                    .subscribe()
                    .with(
                            removed -> LOG.debugf("expired tickets removed tickets=%d", removed),
                            failure -> LOG.warnf("expired tickets were not removed: %s", failure.getMessage()));
        }
    }
}
