package dev.attachgateway.audit.seal;

import dev.attachgateway.schedule.JobScheduler;
import io.quarkus.runtime.Startup;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.interceptor.Interceptor;
import java.time.Duration;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/**
 * Removes audit entries that were sealed longer ago than the retention, whole seals from the oldest on, and stores the last
 * removed seal as the anchor, from which the chain is verified. Each removal is audited itself.
 */
@Startup
@ApplicationScoped
class AuditRetention {
    private static final Logger LOG = Logger.getLogger(AuditRetention.class);

    /** For all batches of one execution; a larger backlog continues with the next one. */
    private static final Duration TIME_LIMIT = Duration.ofHours(1);

    private static final Duration TRANSACTION_TIMEOUT = Duration.ofSeconds(30);
    private static final Duration INTERVAL = Duration.ofHours(1);
    private static final Duration MIN_RETENTION = Duration.ofDays(1);
    private static final int MAX_ENTRIES_PER_BATCH = 10_000;

    /** The last seal of the unbroken run of expired seals from the oldest on, limited in seals and entries. */
    private static final String SELECT_LAST_EXPIRED_SEAL =
            "select number, " + AuditQueries.utcText("sealed_at") + " as sealed_at from ("
                    + " select *, bool_and(sealed_at < now() - make_interval(secs => $1)) over w as old,"
                    + "  sum(lines) over w as total, row_number() over w as nth"
                    + "  from (select * from audit_seal order by number limit 1000) oldest window w as (order by number)) s"
                    + " where old and (total <= $2 or nth = 1) order by number desc limit 1";

    private static final String[] DELETE_UP_TO_SEAL = {
        "update audit_anchor a set seal = s.number, hash = s.hash, sealed_at = s.sealed_at"
                + " from audit_seal s where s.number = $1",
        "delete from audit a using audit_place p where a.id = p.line and p.seal <= $1",
        "delete from audit_place where seal <= $1",
        "delete from audit_seal where number <= $1"
    };

    private static final String INSERT_AUDIT_ENTRY = "insert into audit (verdict, reason) values ('observed', $1)";

    private final JobScheduler scheduler;
    private final Pool pool;
    private final AuditConfig config;

    AuditRetention(JobScheduler scheduler, Pool pool, AuditConfig config) {
        if (config.retention().compareTo(MIN_RETENTION) < 0) {
            throw new ConfigurationException(
                    "audit.retention is less than one day, which the database does not allow.");
        }
        this.scheduler = scheduler;
        this.pool = pool;
        this.config = config;
    }

    void start(@Observes @Priority(Interceptor.Priority.LIBRARY_AFTER) StartupEvent event) {
        scheduler.schedule("audit-retention", INTERVAL, TIME_LIMIT, this::removeAll);
    }

    /** Removes batches until no expired entry is left; returns how many transactions removed something. */
    Uni<Long> removeAll() {
        return Multi.createBy()
                .repeating()
                .uni(() -> removeBatch())
                .whilst(removed -> removed)
                .filter(removed -> removed)
                .collect()
                .with(Collectors.counting())
                .invoke(transactions -> LOG.debugf("audit lines removed by age transactions=%d", transactions));
    }

    /** Removes one batch in one transaction; returns whether it removed something. */
    Uni<Boolean> removeBatch() {
        return pool.withTransaction(transaction -> SealStore.tryLock(transaction)
                        .flatMap(locked -> locked
                                ? removeBatch(transaction)
                                : Uni.createFrom().item(false)))
                .ifNoItem()
                .after(TRANSACTION_TIMEOUT)
                .fail();
    }

    private Uni<Boolean> removeBatch(SqlConnection transaction) {
        return transaction
                .preparedQuery(SELECT_LAST_EXPIRED_SEAL)
                .execute(Tuple.of(config.retention().toSeconds(), MAX_ENTRIES_PER_BATCH))
                .flatMap(rows -> rows.size() == 0
                        ? Uni.createFrom().item(false)
                        : removeUpTo(transaction, rows.iterator().next()).replaceWith(true));
    }

    private static Uni<Void> removeUpTo(SqlConnection transaction, Row last) {
        var number = last.getLong("number");
        var reason =
                "Removed by age: the lines up to seal " + number + ", sealed at " + last.getString("sealed_at") + ".";
        Uni<Void> steps = Uni.createFrom().voidItem();
        for (var statement : DELETE_UP_TO_SEAL) {
            steps = steps.chain(() -> transaction.preparedQuery(statement).execute(Tuple.of(number)))
                    .replaceWithVoid();
        }
        return steps.chain(() -> transaction.preparedQuery(INSERT_AUDIT_ENTRY).execute(Tuple.of(reason)))
                .replaceWithVoid();
    }
}
