package dev.attachgateway.audit;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.Startup;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import io.vertx.core.Vertx;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.interceptor.Interceptor;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/**
 * Puts seals on the lines of the audit record that have none, in small transactions, on one replica at a time. A line has
 * no seal from its commit on, whatever its id: what commits late is sealed late, and nothing waits for it.
 */
@Startup
@ApplicationScoped
class Sealer {
    private static final Logger LOG = Logger.getLogger(Sealer.class);
    private static final int MOST_LINES = 10_000;
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private final Vertx vertx;
    private final Pool pool;
    private final SealWatch watch;
    private final AuditConfig config;
    private final SealKeys keys;
    private final AtomicBoolean sealing = new AtomicBoolean();
    private volatile boolean failing;
    private volatile long timer;

    Sealer(Vertx vertx, Pool pool, SealWatch watch, AuditConfig config) {
        this.vertx = vertx;
        this.pool = pool;
        this.watch = watch;
        this.config = config;
        this.keys = SealKeys.read(config.sealKeyFile());
        check(config);
    }

    static void check(AuditConfig config) {
        if (config.sealLines() < 1 || config.sealLines() > MOST_LINES) {
            throw new ConfigurationException("audit.seal-lines has to be 1 to " + MOST_LINES + ".");
        }
    }

    void start(@Observes @Priority(Interceptor.Priority.LIBRARY_AFTER) StartupEvent event) {
        timer = vertx.setPeriodic(config.sealEvery().toMillis(), fired -> turn());
    }

    void stop(@Observes ShutdownEvent event) {
        vertx.cancelTimer(timer);
    }

    private void turn() {
        if (sealing.compareAndSet(false, true)) {
            watch.look()
                    .flatMap(waiting -> waiting ? sealAll() : Uni.createFrom().item(0L))
                    .onTermination()
                    .invoke(() -> sealing.set(false))
                    .subscribe()
                    .with(lines -> failing = false, this::failed);
        }
    }

    private void failed(Throwable failure) {
        if (!failing) {
            failing = true;
            LOG.warnf("the audit record was not sealed: %s", failure.getMessage());
        }
    }

    /** Until a seal is not full: one after the other, and not one within the other, since there may be thousands. */
    Uni<Long> sealAll() {
        return Multi.createBy()
                .repeating()
                .uni(() -> seal())
                .whilst(lines -> lines == config.sealLines())
                .collect()
                .with(Collectors.summingLong(Integer::longValue));
    }

    /** One transaction; gives back how many lines have a seal now that had none. */
    Uni<Integer> seal() {
        return pool.withTransaction(transaction -> SealTable.myTurn(transaction)
                        .flatMap(mine ->
                                mine ? seal(transaction) : Uni.createFrom().item(0)))
                .ifNoItem()
                .after(LIMIT)
                .fail();
    }

    private Uni<Integer> seal(SqlConnection transaction) {
        return SealTable.newest(transaction)
                .invoke(this::requireKey)
                .flatMap(newest -> SealTable.unsealed(transaction, config.sealLines())
                        .flatMap(lines ->
                                lines.isEmpty() ? Uni.createFrom().item(0) : seal(transaction, newest, lines)));
    }

    /** Hundreds of lines are hashed, which is nothing for an event loop. */
    private Uni<Integer> seal(SqlConnection transaction, SealTable.Newest newest, List<SealTable.Line> lines) {
        var ids = lines.stream().map(SealTable.Line::id).toList();
        return Uni.createFrom()
                .item(() -> lines.stream().map(SealTable.Line::digest).toList())
                .runSubscriptionOn(Infrastructure.getDefaultWorkerPool())
                .flatMap(digests -> SealTable.insert(transaction, next(newest, digests), ids, digests))
                .replaceWith(lines.size());
    }

    private Seal next(SealTable.Newest newest, List<String> digests) {
        var key = keys.newest();
        var bare = new Seal(
                newest.number() + 1, newest.now(), digests.size(), key == null ? null : key.name(), newest.hash(), "");
        var hash = SealHash.of(bare, key);
        digests.forEach(hash::add);
        return new Seal(bare.number(), bare.sealedAt(), bare.lines(), bare.key(), bare.previous(), hash.hex());
    }

    /** Else a replica that was not told the key would undo what the key is for. */
    private void requireKey(SealTable.Newest newest) {
        if (newest.key() != null && keys.newest() == null) {
            throw new IllegalStateException(
                    "seal " + newest.number() + " was made with a key, and audit.seal-key-file is not set here");
        }
    }
}
