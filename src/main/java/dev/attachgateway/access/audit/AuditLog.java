package dev.attachgateway.access.audit;

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
public class AuditLog {
    private static final Logger LOG = Logger.getLogger(AuditLog.class);
    private static final Duration FLUSH_INTERVAL = Duration.ofMillis(200);
    private static final Duration SHUTDOWN_TIMEOUT = Duration.ofSeconds(5);

    private final Pool pool;
    private final Vertx vertx;
    private final AuditBuffer buffer;
    private final AnonymousRequestCounter anonymousCounter;
    private final AtomicBoolean flushing = new AtomicBoolean();
    private volatile Uni<Void> currentWrite = Uni.createFrom().voidItem();
    private volatile boolean failureLogged;

    AuditLog(Pool pool, Vertx vertx, AuditBuffer backlog, AnonymousRequestCounter anonymous) {
        this.pool = pool;
        this.vertx = vertx;
        this.buffer = backlog;
        this.anonymousCounter = anonymous;
    }

    /**
     * Writes one line in the transaction of the work it allowed: neither stands without the other.
     *
     * @param tx the connection whose transaction the work runs in
     */
    public Uni<Void> record(SqlConnection tx, AuditEntry line) {
        return AuditInserter.insert(tx, List.of(line));
    }

    /** Takes a line to be written within a fraction of a second; when the backlog is full, it is counted and lost. */
    public void enqueue(AuditEntry line) {
        buffer.offer(line);
        if (buffer.hasFullBatch()) {
            vertx.runOnContext(now -> flush());
        }
    }

    /** Counts a request that named nobody we know, by minute and network. */
    public void countAnonymous(String clientAddress, String reason) {
        anonymousCounter.count(clientAddress, reason);
    }

    @PostConstruct
    void start() {
        vertx.setPeriodic(FLUSH_INTERVAL.toMillis(), tick -> {
            anonymousCounter.drainCompletedMinute().forEach(buffer::offer);
            flush();
        });
    }

    /** What was decided before the stop is on record after it. */
    void stop(@Observes ShutdownEvent event) {
        anonymousCounter.drain().forEach(buffer::offer);
        try {
            currentWrite
                    .onFailure()
                    .recoverWithNull()
                    .chain(this::writeAll)
                    .await()
                    .atMost(SHUTDOWN_TIMEOUT);
        } catch (RuntimeException e) {
            LOG.warnf(e, "Audit lines were lost at the stop lines=%d", buffer.size());
        }
    }

    private void flush() {
        if (buffer.isEmpty() || !flushing.compareAndSet(false, true)) {
            return;
        }
        Uni<Void> write = writeBatch().memoize().indefinitely();
        currentWrite = write;
        write.onTermination()
                .invoke(() -> flushing.set(false))
                .subscribe()
                .with(done -> onFlushed(), this::onFlushFailed);
    }

    private void onFlushed() {
        failureLogged = false;
        if (buffer.hasFullBatch()) {
            flush();
        }
    }

    private void onFlushFailed(Throwable failure) {
        if (!failureLogged) {
            failureLogged = true;
            LOG.warnf(failure, "Audit lines wait for the database lines=%d", buffer.size());
        }
    }

    private Uni<Void> writeAll() {
        return buffer.isEmpty() ? Uni.createFrom().voidItem() : writeBatch().chain(this::writeAll);
    }

    private Uni<Void> writeBatch() {
        List<AuditEntry> batch = buffer.takeBatch();
        return AuditInserter.insert(pool, batch).onFailure().invoke(() -> buffer.putBack(batch));
    }
}
