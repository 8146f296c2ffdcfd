package dev.attachgateway.operation.maintenance;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.Vertx;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.interceptor.Interceptor;
import java.util.ArrayList;
import org.jboss.logging.Logger;

/**
 * The operations of the whole cluster in numbers, as one look at the database finds them: {@code
 * attach_gateway_operations_unfinished{step=…}}, {@code attach_gateway_operations_stuck{step=…}}, {@code
 * attach_gateway_operations_drift} and {@code attach_gateway_operations_oldest_seconds}. Every replica shows the same.
 */
@ApplicationScoped
class ClusterOperationMetrics {
    private static final Logger LOG = Logger.getLogger(ClusterOperationMetrics.class);

    /** Of ended operations only those count that are still being compared: what nobody looks at any more is history. */
    private static final String COUNT_BY_STEP = "select allowed.step, count(operation_id) as operations,"
            + " count(operation_id) filter (where " + StuckOperationDetector.IS_STUCK + ") as stuck,"
            + " coalesce(extract(epoch from max(now() - created_at)), 0)::float8 as oldest,"
            + " (select count(*) from operation where drift is not null"
            + "    and (ended_at is null or reconcile_at is not null)) as drift"
            + " from " + StuckOperationDetector.STEP_LIMITS
            + " left join operation on operation.step = allowed.step and ended_at is null"
            + " group by allowed.step";

    private final Vertx vertx;
    private final Pool pool;
    private final StuckConfig config;
    private final MultiGauge unfinished;
    private final MultiGauge stuck;
    private volatile double oldestSeconds;
    private volatile double driftCount;
    private volatile long timer;

    ClusterOperationMetrics(Vertx vertx, Pool pool, StuckConfig config, MeterRegistry registry) {
        this.vertx = vertx;
        this.pool = pool;
        this.config = config;
        this.unfinished = MultiGauge.builder("attach.gateway.operations.unfinished")
                .description("Operations of the cluster that are not finished, by step")
                .register(registry);
        this.stuck = MultiGauge.builder("attach.gateway.operations.stuck")
                .description("Operations of the cluster that stand at a step for longer than they should")
                .register(registry);
        Gauge.builder(
                        "attach.gateway.operations.oldest",
                        this,
                        clusterOperationMetrics -> clusterOperationMetrics.oldestSeconds)
                .description("The age of the oldest unfinished operation of the cluster; 0 when there is none")
                .baseUnit("seconds")
                .register(registry);
        Gauge.builder(
                        "attach.gateway.operations.drift",
                        this,
                        clusterOperationMetrics -> clusterOperationMetrics.driftCount)
                .description("Operations of the cluster that the cloud contradicts now")
                .register(registry);
    }

    void start(@Observes @Priority(Interceptor.Priority.LIBRARY_AFTER) StartupEvent event) {
        refresh();
        timer = vertx.setPeriodic(config.checkInterval().toMillis(), fired -> refresh());
    }

    void stop(@Observes ShutdownEvent event) {
        vertx.cancelTimer(timer);
    }

    private void refresh() {
        pool.preparedQuery(COUNT_BY_STEP)
                .execute(StuckOperationDetector.limitParameters(config))
                .subscribe()
                .with(
                        this::updateGauges,
                        failure -> LOG.warnf("operations were not counted: %s", failure.getMessage()));
    }

    private void updateGauges(RowSet<Row> rows) {
        var standing = new ArrayList<MultiGauge.Row<?>>();
        var late = new ArrayList<MultiGauge.Row<?>>();
        var eldest = 0.0;
        for (var row : rows) {
            var step = Tags.of("step", row.getString("step"));
            standing.add(MultiGauge.Row.of(step, row.getLong("operations")));
            late.add(MultiGauge.Row.of(step, row.getLong("stuck")));
            eldest = Math.max(eldest, row.getDouble("oldest"));
            driftCount = row.getLong("drift");
        }
        unfinished.register(standing, true);
        stuck.register(late, true);
        oldestSeconds = eldest;
    }
}
