package dev.attachgateway.operation.intervention;

import dev.attachgateway.access.audit.AuditEntry;
import dev.attachgateway.access.audit.AuditLog;
import dev.attachgateway.database.DatabaseTimeout;
import dev.attachgateway.operation.model.OperationConfig;
import dev.attachgateway.schedule.JobScheduler;
import dev.attachgateway.upstream.http.CloudService;
import dev.attachgateway.upstream.resilience.BreakerOverride;
import dev.attachgateway.upstream.resilience.CloudGuards;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.interceptor.Interceptor;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The operators' overrides of the circuit breakers. They are stored in the database and read by each replica, so that they
 * apply to all replicas and to those that start later; without a database the last overrides stay in effect.
 */
@ApplicationScoped
public class BreakerOverrides {
    private static final Duration TIME_LIMIT = Duration.ofMinutes(1);

    private static final String UPSERT = """
            insert into forced_guard (service, state, forced_by) values ($1, $2, $3)
            on conflict (service) do update
                set state = excluded.state, forced_by = excluded.forced_by, at = statement_timestamp()""";

    private final JobScheduler scheduler;
    private final Pool pool;
    private final CloudGuards guards;
    private final AuditLog auditLog;
    private final OperationConfig config;
    private final AtomicLong loadSequence = new AtomicLong();
    private volatile Map<CloudService, ActiveOverride> overrides = Map.of();
    private long appliedSequence;

    BreakerOverrides(JobScheduler scheduler, Pool pool, CloudGuards guards, AuditLog auditLog, OperationConfig config) {
        this.scheduler = scheduler;
        this.pool = pool;
        this.guards = guards;
        this.auditLog = auditLog;
        this.config = config;
    }

    /**
     * The override of one service's breaker.
     *
     * @param setBy the operator, such as {@code sandbox:operator}
     */
    public record ActiveOverride(BreakerOverride override, String setBy, Instant setAt) {}

    void start(@Observes @Priority(Interceptor.Priority.LIBRARY_AFTER) StartupEvent event) {
        scheduler.scheduleNow("breaker-overrides", config.takeoverInterval(), TIME_LIMIT, this::load);
    }

    /** The overrides this replica has applied; services without an override are absent. */
    public Map<CloudService, ActiveOverride> current() {
        return overrides;
    }

    /**
     * Forces a breaker open or closed, or removes the override: on this replica at once, on the others with their next
     * refresh.
     *
     * @param allowed the decision that allowed it; audited in the same transaction
     * @return fails with {@link dev.attachgateway.database.DatabaseUnavailableException} when the database does not respond
     */
    public Uni<Void> set(CloudService service, BreakerOverride breakerOverride, AuditEntry allowed) {
        var reason = "Breaker of " + serviceName(service) + ": "
                + (breakerOverride == BreakerOverride.AUTOMATIC
                        ? "automatic"
                        : breakerOverride.name().toLowerCase(Locale.ROOT))
                + ".";
        var setBy = Objects.requireNonNull(allowed.caller()).displayName();
        return DatabaseTimeout.limit(pool.withTransaction(
                        transaction -> write(transaction, service, breakerOverride, setBy)
                                .call(_ -> auditLog.record(transaction, allowed.withReason(reason)))))
                .flatMap(_ -> load());
    }

    private static Uni<RowSet<Row>> write(
            SqlConnection transaction, CloudService service, BreakerOverride breakerOverride, String setBy) {
        return breakerOverride == BreakerOverride.AUTOMATIC
                ? transaction
                        .preparedQuery("delete from forced_guard where service = $1")
                        .execute(Tuple.of(serviceName(service)))
                : transaction
                        .preparedQuery(UPSERT)
                        .execute(Tuple.of(
                                serviceName(service), breakerOverride.name().toLowerCase(Locale.ROOT), setBy));
    }

    private Uni<Void> load() {
        var sequence = loadSequence.incrementAndGet();
        return DatabaseTimeout.limit(pool.query("select service, state, forced_by, at from forced_guard")
                        .execute())
                .invoke(rows -> apply(sequence, mapRows(rows)))
                .replaceWithVoid();
    }

    private static Map<CloudService, ActiveOverride> mapRows(RowSet<Row> rows) {
        var found = new EnumMap<CloudService, ActiveOverride>(CloudService.class);
        rows.forEach(row -> found.put(
                CloudService.valueOf(row.getString("service").toUpperCase(Locale.ROOT)),
                new ActiveOverride(
                        BreakerOverride.valueOf(row.getString("state").toUpperCase(Locale.ROOT)),
                        row.getString("forced_by"),
                        row.getOffsetDateTime("at").toInstant())));
        return found;
    }

    /** Ignores a read that began before the one applied last. */
    private synchronized void apply(long sequence, Map<CloudService, ActiveOverride> found) {
        if (sequence < appliedSequence) {
            return;
        }
        appliedSequence = sequence;
        overrides = Map.copyOf(found);
        for (var guardSnapshot : guards.snapshots()) {
            var activeOverride = found.get(guardSnapshot.service());
            var wanted = activeOverride == null ? BreakerOverride.AUTOMATIC : activeOverride.override();
            if (guardSnapshot.override() != wanted) {
                guards.setOverride(guardSnapshot.service(), wanted);
            }
        }
    }

    /** The name of a service in the operator API and in the database. */
    public static String serviceName(CloudService service) {
        return service.name().toLowerCase(Locale.ROOT);
    }
}
