package dev.attachgateway.operation.maintenance;

import dev.attachgateway.schedule.JobScheduler;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.interceptor.Interceptor;
import java.time.Duration;
import java.util.ArrayList;

/**
 * Gauges of the operations of the whole cluster, read from the database: {@code
 * attach_gateway_operations_unfinished{step=…}}, {@code attach_gateway_operations_stuck{step=…}}, {@code
 * attach_gateway_operations_drift} and {@code attach_gateway_operations_oldest_seconds}. Every replica exports the same
 * values.
 */
@ApplicationScoped
class ClusterOperationMetrics {
    private static final Duration TIME_LIMIT = Duration.ofMinutes(1);

    /** Drift of an ended operation counts only while the operation is still reconciled with the cloud. */
    private static final String COUNT_BY_STEP = "select allowed.step, count(operation_id) as operations,"
            + " count(operation_id) filter (where " + StuckOperationDetector.IS_STUCK + ") as stuck,"
            + " coalesce(extract(epoch from max(now() - created_at)), 0)::float8 as oldest,"
            + " (select count(*) from operation where drift is not null"
            + "    and (ended_at is null or reconcile_at is not null)) as drift"
            + " from " + StuckOperationDetector.STEP_LIMITS
            + " left join operation on operation.step = allowed.step and ended_at is null"
            + " group by allowed.step";

    private final JobScheduler scheduler;
    private final Pool pool;
    private final StuckConfig config;
    private final MultiGauge unfinished;
    private final MultiGauge stuck;
    private volatile double oldestSeconds;
    private volatile double driftCount;

    ClusterOperationMetrics(JobScheduler scheduler, Pool pool, StuckConfig config, MeterRegistry registry) {
        this.scheduler = scheduler;
        this.pool = pool;
        this.config = config;
        this.unfinished = MultiGauge.builder("attach.gateway.operations.unfinished")
                .description("Unfinished operations of the cluster, by step")
                .register(registry);
        this.stuck = MultiGauge.builder("attach.gateway.operations.stuck")
                .description("Operations of the cluster that have exceeded the limit of their step")
                .register(registry);
        Gauge.builder("attach.gateway.operations.oldest", this, self -> self.oldestSeconds)
                .description("Age of the oldest unfinished operation of the cluster; 0 when there is none")
                .baseUnit("seconds")
                .register(registry);
        Gauge.builder("attach.gateway.operations.drift", this, self -> self.driftCount)
                .description("Operations of the cluster whose result the cloud currently contradicts")
                .register(registry);
    }

    void start(@Observes @Priority(Interceptor.Priority.LIBRARY_AFTER) StartupEvent event) {
        scheduler.scheduleNow("operation-metrics", config.checkInterval(), TIME_LIMIT, this::refresh);
    }

    private Uni<?> refresh() {
        return pool.preparedQuery(COUNT_BY_STEP)
                .execute(StuckOperationDetector.limitParameters(config))
                .invoke(this::updateGauges);
    }

    private void updateGauges(RowSet<Row> rows) {
        var unfinishedRows = new ArrayList<MultiGauge.Row<?>>();
        var stuckRows = new ArrayList<MultiGauge.Row<?>>();
        var oldest = 0.0;
        for (var row : rows) {
            var step = Tags.of("step", row.getString("step"));
            unfinishedRows.add(MultiGauge.Row.of(step, row.getLong("operations")));
            stuckRows.add(MultiGauge.Row.of(step, row.getLong("stuck")));
            oldest = Math.max(oldest, row.getDouble("oldest"));
            driftCount = row.getLong("drift");
        }
        unfinished.register(unfinishedRows, true);
        stuck.register(stuckRows, true);
        oldestSeconds = oldest;
    }
}
