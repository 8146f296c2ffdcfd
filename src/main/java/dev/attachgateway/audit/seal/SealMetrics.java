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
 * What is sealed and what is not, in numbers and, for somebody who keeps logs where the database's masters cannot change
 * them, in the log. Every replica shows the same.
 */
@ApplicationScoped
class SealMetrics {
    private static final Logger LOG = Logger.getLogger(SealMetrics.class);
    private static final Duration LOG_INTERVAL = Duration.ofMinutes(1);

    /** A line that is gone without ever having had a seal waits for ever. */
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
                .description("The age of the oldest audit line that is under no seal; 0 when there is none")
                .baseUnit("seconds")
                .register(registry);
        Gauge.builder("attach.gateway.audit.seal", this, watch -> watch.newestSealNumber)
                .description("The number of the newest seal of the audit record; it never falls")
                .register(registry);
    }

    /** Whether there is something to seal. It costs two looks into an index, however long the record is. */
    Uni<Boolean> refresh() {
        return DatabaseTimeout.limit(pool.query(SELECT_STATUS)
                .execute()
                .map(rows -> update(rows.iterator().next())));
    }

    /** The age of the oldest line under no seal, in seconds. */
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
            LOG.infof("audit record sealed seal=%d:%s", newestSealNumber, hash);
        }
    }
}
