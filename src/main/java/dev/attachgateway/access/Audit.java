package dev.attachgateway.access;

import io.quarkus.runtime.ShutdownEvent;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.annotation.PostConstruct;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jboss.logging.Logger;

/** The append-only record of every decision: allowed writes with their work, everything else soon after. */
@ApplicationScoped
public class Audit {
    private static final Logger LOG = Logger.getLogger(Audit.class);
    private static final Duration FLUSH_EVERY = Duration.ofMillis(200);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(5);

    private final Pool pool;
    private final Vertx vertx;
    private final AuditBacklog backlog;
    private final AnonymousCounts anonymous;
    private final AtomicBoolean busy = new AtomicBoolean();
    private volatile Uni<Void> writing = Uni.createFrom().voidItem();
    private volatile boolean waiting;

    Audit(Pool pool, Vertx vertx, AuditBacklog backlog, AnonymousCounts anonymous) {
        this.pool = pool;
        this.vertx = vertx;
        this.backlog = backlog;
        this.anonymous = anonymous;
    }

    /**
     * Writes one line in the transaction of the work it allowed: neither stands without the other.
     *
     * @param tx the connection whose transaction the work runs in
     */
    public Uni<Void> record(SqlConnection tx, AuditRecord line) {
        return AuditTable.insert(tx, List.of(line));
    }

    /** Takes a line to be written within a fraction of a second; when the backlog is full, it is counted and lost. */
    public void note(AuditRecord line) {
        backlog.offer(line);
        if (backlog.worthFlushing()) {
            vertx.runOnContext(now -> flush());
        }
    }

    /** Counts a request that named nobody we know, by minute and network. */
    void countAnonymous(String clientAddress, String reason) {
        anonymous.count(clientAddress, reason);
    }

    @PostConstruct
    void start() {
        vertx.setPeriodic(FLUSH_EVERY.toMillis(), tick -> {
            anonymous.ofMinutesGone().forEach(backlog::offer);
            flush();
        });
    }

    /** What was decided before the stop is on record after it. */
    void stop(@Observes ShutdownEvent event) {
        anonymous.all().forEach(backlog::offer);
        try {
            writing.onFailure().recoverWithNull().chain(this::writeAll).await().atMost(STOP_LIMIT);
        } catch (RuntimeException e) {
            LOG.warnf(e, "Audit lines were lost at the stop lines=%d", backlog.size());
        }
    }

    private void flush() {
        if (backlog.isEmpty() || !busy.compareAndSet(false, true)) {
            return;
        }
        Uni<Void> write = writeBatch().memoize().indefinitely();
        writing = write;
        write.onTermination().invoke(() -> busy.set(false)).subscribe().with(done -> flushed(), this::notFlushed);
    }

    private void flushed() {
        waiting = false;
        if (backlog.worthFlushing()) {
            flush();
        }
    }

    private void notFlushed(Throwable failure) {
        if (!waiting) {
            waiting = true;
            LOG.warnf(failure, "Audit lines wait for the database lines=%d", backlog.size());
        }
    }

    private Uni<Void> writeAll() {
        return backlog.isEmpty() ? Uni.createFrom().voidItem() : writeBatch().chain(this::writeAll);
    }

    private Uni<Void> writeBatch() {
        List<AuditRecord> batch = backlog.take();
        return AuditTable.insert(pool, batch).onFailure().invoke(() -> backlog.putBack(batch));
    }
}
