package dev.attachgateway.audit;

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
class SealWatch {
    private static final Logger LOG = Logger.getLogger(SealWatch.class);
    private static final Duration LIMIT = Duration.ofSeconds(5);
    private static final Duration NOTE_EVERY = Duration.ofMinutes(1);

    /** A line that is gone without ever having had a seal waits for ever. */
    private static final String LOOK = """
            select number, encode(hash, 'hex') as hash, (
                select coalesce(extract(epoch from clock_timestamp() - a.at), 'infinity')::float8
                from audit_place p left join audit a on a.id = p.line where p.seal is null order by p.line limit 1
            ) as waiting from\s""" + Sql.NEWEST + " n";

    private final Pool pool;
    private volatile double waiting;
    private volatile long newest;
    private volatile long noted;
    private volatile long notedAt = System.nanoTime() - NOTE_EVERY.toNanos();

    SealWatch(Pool pool, MeterRegistry registry) {
        this.pool = pool;
        Gauge.builder("attach.gateway.audit.unsealed", this, SealWatch::waiting)
                .description("The age of the oldest audit line that is under no seal; 0 when there is none")
                .baseUnit("seconds")
                .register(registry);
        Gauge.builder("attach.gateway.audit.seal", this, watch -> watch.newest)
                .description("The number of the newest seal of the audit record; it never falls")
                .register(registry);
    }

    /** Whether there is something to seal. It costs two looks into an index, however long the record is. */
    Uni<Boolean> look() {
        return pool.query(LOOK)
                .execute()
                .map(rows -> see(rows.iterator().next()))
                .ifNoItem()
                .after(LIMIT)
                .fail();
    }

    /** The age of the oldest line under no seal, in seconds. */
    double waiting() {
        return waiting;
    }

    private boolean see(Row row) {
        var age = row.getDouble("waiting");
        waiting = age == null ? 0 : age;
        newest = row.getLong("number");
        note(row.getString("hash"));
        return age != null;
    }

    private void note(String hash) {
        var now = System.nanoTime();
        if (newest != noted && now - notedAt >= NOTE_EVERY.toNanos()) {
            noted = newest;
            notedAt = now;
            LOG.infof("audit record sealed seal=%d:%s", newest, hash);
        }
    }
}
