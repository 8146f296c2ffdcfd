package dev.attachgateway.audit.seal;

import dev.attachgateway.database.DatabaseTimeout;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import org.jboss.logging.Logger;

/**
 * The progress of sealing, as metrics and, for log storage that the database's administrators cannot change, in the log.
 * Every replica reports the same values.
 */
@ApplicationScoped
class SealMetrics {
    private static final Logger LOG = Logger.getLogger(SealMetrics.class);
    private static final Duration LOG_INTERVAL = Duration.ofMinutes(1);

    /** The age is infinite when an entry was removed before it was sealed. */
    private static final String SELECT_STATUS = """
            select number, encode(hash, 'hex') as hash, (
                select coalesce(extract(epoch from clock_timestamp() - a.at), 'infinity')::float8
                from audit_place p left join audit a on a.id = p.line where p.seal is null order by p.line limit 1
            ) as waiting from\s""" + AuditQueries.NEWEST_SEAL + " n";

    private final Pool pool;
    private volatile double oldestUnsealedSeconds;
    private volatile long newestSealNumber;
    private volatile long lastLoggedSeal;
    private volatile long lastLoggedNanos = System.nanoTime() - LOG_INTERVAL.toNanos();

    SealMetrics(Pool pool, MeterRegistry registry) {
        this.pool = pool;
        Gauge.builder("attach.gateway.audit.unsealed", this, SealMetrics::oldestUnsealedSeconds)
                .description("The age of the oldest audit line without a seal; 0 when there is none")
                .baseUnit("seconds")
                .register(registry);
        Gauge.builder("attach.gateway.audit.seal", this, self -> self.newestSealNumber)
                .description("The number of the newest seal of the audit log; it never decreases")
                .register(registry);
    }

    /**
     * Updates the metrics; returns whether there are unsealed entries. It costs two index lookups, however long the
     * audit log is.
     */
    Uni<Boolean> refresh() {
        return DatabaseTimeout.limit(pool.query(SELECT_STATUS)
                .execute()
                .map(rows -> update(rows.iterator().next())));
    }

    /** The age of the oldest unsealed entry, in seconds; 0 when there is none. */
    double oldestUnsealedSeconds() {
        return oldestUnsealedSeconds;
    }

    private boolean update(Row row) {
        var age = row.getDouble("waiting");
        oldestUnsealedSeconds = age == null ? 0 : age;
        newestSealNumber = row.getLong("number");
        logNewestSeal(row.getString("hash"));
        return age != null;
    }

    private void logNewestSeal(String hash) {
        var now = System.nanoTime();
        if (newestSealNumber != lastLoggedSeal && now - lastLoggedNanos >= LOG_INTERVAL.toNanos()) {
            lastLoggedSeal = newestSealNumber;
            lastLoggedNanos = now;
            LOG.infof("audit log sealed seal=%d:%s", newestSealNumber, hash);
        }
    }
}
