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

/** The append-only audit log: allowed writes are logged in the transaction of their work, all other entries soon after. */
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

    AuditLog(Pool pool, Vertx vertx, AuditBuffer buffer, AnonymousRequestCounter anonymousCounter) {
        this.pool = pool;
        this.vertx = vertx;
        this.buffer = buffer;
        this.anonymousCounter = anonymousCounter;
    }

    /**
     * Writes one entry in the transaction of the work that it allows, so that both are committed or neither.
     *
     * @param tx the connection with the open transaction of the work
     */
    public Uni<Void> record(SqlConnection tx, AuditEntry entry) {
        return AuditInserter.insert(tx, List.of(entry));
    }

    /** Queues an entry, which is written within a fraction of a second; when the buffer is full it is counted and dropped. */
    public void enqueue(AuditEntry entry) {
        buffer.offer(entry);
        if (buffer.hasFullBatch()) {
            vertx.runOnContext(_ -> flush());
        }
    }

    /** Counts an unauthenticated request by minute, network and reason. */
    public void countAnonymous(String clientAddress, String reason) {
        anonymousCounter.count(clientAddress, reason);
    }

    @PostConstruct
    void start() {
        vertx.setPeriodic(FLUSH_INTERVAL.toMillis(), _ -> {
            anonymousCounter.drainCompletedMinute().forEach(buffer::offer);
            flush();
        });
    }

    /** Writes all buffered entries before the process stops. */
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
            LOG.warnf(e, "Audit entries were lost at shutdown lines=%d", buffer.size());
        }
    }

    private void flush() {
        if (buffer.isEmpty() || !flushing.compareAndSet(false, true)) {
            return;
        }
        Uni<Void> write = writeBatch().memoize().indefinitely();
        currentWrite = write;
        write.onTermination().invoke(() -> flushing.set(false)).subscribe().with(_ -> onFlushed(), this::onFlushFailed);
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
            LOG.warnf(failure, "Audit entries could not be written and wait for the database lines=%d", buffer.size());
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
