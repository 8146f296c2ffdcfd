package dev.attachgateway.database;

import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.interceptor.Interceptor;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The database's clock, extrapolated with the monotonic clock of this process from a reading that is renewed every 30 s
 * while the clock is used. The wall clock of this machine is never read.
 */
@ApplicationScoped
public class DatabaseClock {
    private static final Logger LOG = Logger.getLogger(DatabaseClock.class);

    private static final Duration RENEW_INTERVAL = Duration.ofSeconds(30);

    /** An estimate with more uncertainty is replaced after {@link #SHORT_RENEW_INTERVAL}. */
    private static final Duration MAX_GOOD_UNCERTAINTY = Duration.ofMillis(250);

    private static final Duration SHORT_RENEW_INTERVAL = Duration.ofSeconds(1);

    private final Supplier<Uni<Instant>> query;
    private final LongSupplier nanoTime;
    private volatile @Nullable Estimate estimate;

    /**
     * An estimate of the database's clock.
     *
     * @param uncertainty the max deviation of the reading: half of the duration of its query
     */
    public record Estimate(ClockReading reading, Duration uncertainty) {
        private Duration renewAfter() {
            return uncertainty.compareTo(MAX_GOOD_UNCERTAINTY) > 0 ? SHORT_RENEW_INTERVAL : RENEW_INTERVAL;
        }

        /** Whether the two estimates agree within their uncertainties. */
        private boolean overlaps(Estimate other) {
            var difference = Duration.between(reading.instantAt(other.reading.nanos()), other.reading.instant())
                    .abs();
            return difference.compareTo(uncertainty.plus(other.uncertainty)) <= 0;
        }
    }

    @Inject
    DatabaseClock(Pool pool) {
        this(
                () -> DatabaseTimeout.limit(pool.query("select clock_timestamp() as now")
                        .execute()
                        .map(rows ->
                                rows.iterator().next().getOffsetDateTime("now").toInstant())),
                System::nanoTime);
    }

    /**
     * A clock with other sources than the database and {@link System#nanoTime}.
     *
     * @param query reads the database's clock
     */
    public DatabaseClock(Supplier<Uni<Instant>> query, LongSupplier nanoTime) {
        this.query = query;
        this.nanoTime = nanoTime;
    }

    void start(@Observes @Priority(Interceptor.Priority.LIBRARY_AFTER) StartupEvent event) {
        renew();
    }

    /** The current time; fails if no estimate exists and the database cannot be read. */
    public Uni<Instant> now() {
        return estimate == null
                ? read()
                : Uni.createFrom().item(() -> estimate().orElseThrow().reading().instantAt(nanoTime.getAsLong()));
    }

    /** The current estimate; empty before the first successful reading, which is then tried in the background. */
    public Optional<Estimate> estimate() {
        var current = estimate;
        if (current == null) {
            renew();
            return Optional.empty();
        }
        var now = nanoTime.getAsLong();
        if (now - current.reading.nanos() > current.renewAfter().toNanos()) {
            // The previous estimate stays in use until the next reading succeeds: monotonic clocks drift by
            // milliseconds an
            // hour.
            estimate = new Estimate(new ClockReading(current.reading.instantAt(now), now), current.uncertainty);
            renew();
        }
        return Optional.of(current);
    }

    /** Reads the clock in the background, because another database may respond from now on. */
    public void renew() {
        read().subscribe().with(_ -> {}, failure -> LOG.debugf("database clock read failed: %s", failure.getMessage()));
    }

    /** Reads the clock; a less certain reading replaces a better one only if the two contradict each other. */
    private Uni<Instant> read() {
        return Uni.createFrom().deferred(() -> {
            var sentAt = nanoTime.getAsLong();
            return query.get().map(instant -> {
                var receivedAt = nanoTime.getAsLong();
                var halfTrip = (receivedAt - sentAt) / 2;
                var latest = new Estimate(new ClockReading(instant, sentAt + halfTrip), Duration.ofNanos(halfTrip));
                var current = estimate;
                var best = current != null
                                && current.uncertainty.compareTo(latest.uncertainty) < 0
                                && current.overlaps(latest)
                        ? current
                        : latest;
                estimate = best;
                return best.reading().instantAt(receivedAt);
            });
        });
    }
}
