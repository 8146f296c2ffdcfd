package dev.attachgateway.operation.intervention;

import dev.attachgateway.access.audit.AuditEntry;
import dev.attachgateway.access.audit.AuditLog;
import dev.attachgateway.database.DatabaseTimeout;
import dev.attachgateway.operation.model.OperationConfig;
import dev.attachgateway.upstream.http.CloudService;
import dev.attachgateway.upstream.resilience.BreakerOverride;
import dev.attachgateway.upstream.resilience.CloudGuards;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.interceptor.Interceptor;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import org.jboss.logging.Logger;

/**
 * What operators have said about the circuit breakers. It stands in the database, where each replica looks for it, so that it
 * holds for all of them and for those that start later; without a database what was said last goes on.
 */
@ApplicationScoped
public class BreakerOverrides {
    private static final Logger LOG = Logger.getLogger(BreakerOverrides.class);

    private static final String UPSERT = """
            insert into forced_guard (service, state, forced_by) values ($1, $2, $3)
            on conflict (service) do update
                set state = excluded.state, forced_by = excluded.forced_by, at = statement_timestamp()""";

    private final Vertx vertx;
    private final Pool pool;
    private final CloudGuards guards;
    private final AuditLog auditLog;
    private final OperationConfig config;
    private final AtomicLong loadSequence = new AtomicLong();
    private volatile Map<CloudService, ActiveOverride> overrides = Map.of();
    private volatile long timer;
    private long appliedSequence;

    BreakerOverrides(Vertx vertx, Pool pool, CloudGuards guards, AuditLog audit, OperationConfig config) {
        this.vertx = vertx;
        this.pool = pool;
        this.guards = guards;
        this.auditLog = audit;
        this.config = config;
    }

    /**
     * What an operator has said about one service.
     *
     * @param setBy who, such as {@code sandbox:operator}
     */
    public record ActiveOverride(BreakerOverride override, String setBy, Instant setAt) {}

    void start(@Observes @Priority(Interceptor.Priority.LIBRARY_AFTER) StartupEvent event) {
        refresh();
        timer = vertx.setPeriodic(config.takeoverInterval().toMillis(), fired -> refresh());
    }

    void stop(@Observes ShutdownEvent event) {
        vertx.cancelTimer(timer);
    }

    /** What holds now, as this replica knows; services that are left to themselves are not in it. */
    public Map<CloudService, ActiveOverride> current() {
        return overrides;
    }

    /**
     * Has a breaker held open or closed, or leaves it to the service's health again: here at once, on the other replicas with
     * their next look.
     *
     * @param allowed the decision that allowed it
     */
    public Uni<Void> set(CloudService service, BreakerOverride breakerOverride, AuditEntry allowed) {
        var told = "Breaker of " + serviceName(service) + ": "
                + (breakerOverride == BreakerOverride.NOT
                        ? "automatic"
                        : breakerOverride.name().toLowerCase(Locale.ROOT))
                + ".";
        var by = Objects.requireNonNull(allowed.caller()).displayName();
        return DatabaseTimeout.limit(pool.withTransaction(
                        transaction -> write(transaction, service, breakerOverride, by)
                                .call(written -> auditLog.record(transaction, allowed.withReason(told)))))
                .flatMap(committed -> load());
    }

    private static Uni<RowSet<Row>> write(
            SqlConnection transaction, CloudService service, BreakerOverride breakerOverride, String by) {
        return breakerOverride == BreakerOverride.NOT
                ? transaction
                        .preparedQuery("delete from forced_guard where service = $1")
                        .execute(Tuple.of(serviceName(service)))
                : transaction
                        .preparedQuery(UPSERT)
                        .execute(Tuple.of(
                                serviceName(service), breakerOverride.name().toLowerCase(Locale.ROOT), by));
    }

    private void refresh() {
        load().subscribe()
                .with(done -> {}, failure -> LOG.warnf("what was said of the breakers is not known: %s", failure));
    }

    private Uni<Void> load() {
        var look = loadSequence.incrementAndGet();
        return DatabaseTimeout.limit(pool.query("select service, state, forced_by, at from forced_guard")
                        .execute())
                .invoke(rows -> apply(look, mapRows(rows)))
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

    /** A look that was begun before another one and ends after it has nothing new to say. */
    private synchronized void apply(long look, Map<CloudService, ActiveOverride> found) {
        if (look < appliedSequence) {
            return;
        }
        appliedSequence = look;
        overrides = Map.copyOf(found);
        for (var guardSnapshot : guards.view()) {
            var activeOverride = found.get(guardSnapshot.service());
            var wish = activeOverride == null ? BreakerOverride.NOT : activeOverride.override();
            if (guardSnapshot.forced() != wish) {
                guards.force(guardSnapshot.service(), wish);
            }
        }
    }

    /** A service's name as operators and the database write it. */
    public static String serviceName(CloudService service) {
        return service.name().toLowerCase(Locale.ROOT);
    }
}
