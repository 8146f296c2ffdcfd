package dev.attachgateway.audit.seal;

import dev.attachgateway.schedule.JobScheduler;
import io.quarkus.runtime.Startup;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.interceptor.Interceptor;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Seals audit entries in small transactions, on one replica at a time. An entry becomes eligible with its commit, regardless
 * of its id: an entry that commits late is sealed late, and no other entry waits for it.
 */
@Startup
@ApplicationScoped
public class SealJob {
    private static final int MAX_ENTRIES_PER_SEAL = 10_000;

    /** For all batches of one execution; a larger backlog continues with the next one. */
    private static final Duration TIME_LIMIT = Duration.ofHours(1);

    private static final Duration TRANSACTION_TIMEOUT = Duration.ofSeconds(20);

    private final JobScheduler scheduler;
    private final Pool pool;
    private final SealMetrics metrics;
    private final AuditConfig config;
    private final SealKeys keys;

    SealJob(JobScheduler scheduler, Pool pool, SealMetrics metrics, AuditConfig config) {
        this.scheduler = scheduler;
        this.pool = pool;
        this.metrics = metrics;
        this.config = config;
        this.keys = SealKeys.read(config.sealKeyFile());
        check(config);
    }

    static void check(AuditConfig config) {
        if (config.sealMaxEntries() < 1 || config.sealMaxEntries() > MAX_ENTRIES_PER_SEAL) {
            throw new ConfigurationException(
                    "audit.seal-max-entries must be between 1 and " + MAX_ENTRIES_PER_SEAL + ".");
        }
    }

    void start(@Observes @Priority(Interceptor.Priority.LIBRARY_AFTER) StartupEvent event) {
        scheduler.schedule("audit-seal", config.sealInterval(), TIME_LIMIT, this::sealUnsealed);
    }

    private Uni<?> sealUnsealed() {
        return metrics.refresh()
                .flatMap(hasUnsealed ->
                        hasUnsealed ? sealAll() : Uni.createFrom().item(0L));
    }

    /**
     * Seals batches until one is not full; returns how many entries. A loop and no recursion, since there may be
     * thousands of batches.
     */
    public Uni<Long> sealAll() {
        return Multi.createBy()
                .repeating()
                .uni(() -> sealBatch())
                .whilst(entries -> entries == config.sealMaxEntries())
                .collect()
                .with(Collectors.summingLong(Integer::longValue));
    }

    /** Seals one batch in one transaction; returns how many entries. */
    public Uni<Integer> sealBatch() {
        return pool.withTransaction(transaction -> SealStore.tryLock(transaction)
                        .flatMap(locked -> locked
                                ? sealBatch(transaction)
                                : Uni.createFrom().item(0)))
                .ifNoItem()
                .after(TRANSACTION_TIMEOUT)
                .fail();
    }

    private Uni<Integer> sealBatch(SqlConnection transaction) {
        return SealStore.chainHead(transaction)
                .invoke(this::requireKey)
                .flatMap(chainHead -> SealStore.findUnsealed(transaction, config.sealMaxEntries())
                        .flatMap(entries -> entries.isEmpty()
                                ? Uni.createFrom().item(0)
                                : sealBatch(transaction, chainHead, entries)));
    }

    /** Hashes on a worker thread, since hundreds of entries would block an event loop. */
    private Uni<Integer> sealBatch(
            SqlConnection transaction, SealStore.ChainHead chainHead, List<SealStore.UnsealedEntry> entries) {
        var ids = entries.stream().map(SealStore.UnsealedEntry::id).toList();
        return Uni.createFrom()
                .item(() ->
                        entries.stream().map(SealStore.UnsealedEntry::digest).toList())
                .runSubscriptionOn(Infrastructure.getDefaultWorkerPool())
                .flatMap(digests -> SealStore.insert(transaction, nextSeal(chainHead, digests), ids, digests))
                .replaceWith(entries.size());
    }

    private Seal nextSeal(SealStore.ChainHead chainHead, List<String> digests) {
        var key = keys.currentKey();
        var unhashed = new Seal(
                chainHead.number() + 1,
                chainHead.databaseTime(),
                digests.size(),
                key == null ? null : key.name(),
                chainHead.hash(),
                "");
        var hash = SealHash.of(unhashed, key);
        digests.forEach(hash::add);
        return new Seal(
                unhashed.number(),
                unhashed.sealedAt(),
                unhashed.entryCount(),
                unhashed.keyName(),
                unhashed.previousHash(),
                hash.hex());
    }

    /** A chain with a key must not continue without one: a replica without the key would void the key's protection. */
    private void requireKey(SealStore.ChainHead chainHead) {
        if (chainHead.keyName() != null && keys.currentKey() == null) {
            throw new IllegalStateException(
                    "seal " + chainHead.number() + " was made with a key, and audit.seal-key-file is not set here");
        }
    }
}
