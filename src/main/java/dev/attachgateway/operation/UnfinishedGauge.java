package dev.attachgateway.operation;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.Vertx;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.Map;
import org.jboss.logging.Logger;

/**
 * {@code attach_gateway_operations_unfinished{step=…}}: how many operations of the whole cluster stand at each step, as one
 * look at the database finds them. Alert on {@code step="unsettled"} above 0: such a disk stays reserved until somebody knows.
 */
@ApplicationScoped
class UnfinishedGauge {
    private static final Logger LOG = Logger.getLogger(UnfinishedGauge.class);
    private static final long EVERY_MS = 10_000;

    private final Vertx vertx;
    private final Pool pool;
    private final MultiGauge gauge;
    private volatile long timer;

    UnfinishedGauge(Vertx vertx, Pool pool, MeterRegistry registry) {
        this.vertx = vertx;
        this.pool = pool;
        this.gauge = MultiGauge.builder("attach.gateway.operations.unfinished")
                .description("Operations of the cluster that are not finished, by step")
                .register(registry);
    }

    void start(@Observes StartupEvent event) {
        look();
        timer = vertx.setPeriodic(EVERY_MS, fired -> look());
    }

    void stop(@Observes ShutdownEvent event) {
        vertx.cancelTimer(timer);
    }

    private void look() {
        pool.query("select step, count(*) as operations from operation where ended_at is null group by step")
                .execute()
                .subscribe()
                .with(this::show, failure -> LOG.warnf("operations were not counted: %s", failure.getMessage()));
    }

    private void show(RowSet<Row> rows) {
        Map<Step, Long> counts = new EnumMap<>(Step.class);
        for (var step : Step.values()) {
            if (step != Step.SUCCEEDED && step != Step.FAILED) {
                counts.put(step, 0L);
            }
        }
        rows.forEach(row -> counts.put(Step.of(row.getString("step")), row.getLong("operations")));
        var shown = new ArrayList<MultiGauge.Row<?>>();
        counts.forEach((step, count) -> shown.add(MultiGauge.Row.of(Tags.of("step", step.word()), count)));
        gauge.register(shown, true);
    }
}
