package dev.attachgateway.upstream.http;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
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
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The cloud's clock, as far as it can be known: the database's clock, carried on by this process's monotonic clock and
 * corrected by the {@code Date} of the cloud's answers. The wall clock of this machine is never asked.
 */
@ApplicationScoped
public class CloudClock {
    private static final Logger LOG = Logger.getLogger(CloudClock.class);

    /** {@code Date} has no fractions: the clock that it was read from was up to this much further. */
    private static final Duration DATE_RESOLUTION = Duration.ofSeconds(1);

    /** A response that took longer says too little about when the other side read its clock. */
    private static final Duration MAX_ROUND_TRIP = Duration.ofSeconds(5);

    private static final Duration RENEW_INTERVAL = Duration.ofSeconds(30);

    /** A reading of the database's clock that is less certain than this is replaced after {@link #RENEW_SOON}. */
    private static final Duration GOOD_UNCERTAINTY = Duration.ofMillis(250);

    private static final Duration RENEW_SOON = Duration.ofSeconds(1);

    private final Supplier<Uni<Instant>> database;
    private final LongSupplier nanoTime;
    private final Map<CloudService, Duration> offsets = new ConcurrentHashMap<>();
    private volatile @Nullable Anchor anchor;

    /**
     * A moment of the database's clock and the same one of this process's monotonic clock.
     *
     * @param uncertainty how far the two may be apart: half of the time that the reading took
     */
    private record Anchor(Instant instant, long nanos, Duration uncertainty) {
        Instant at(long atNanos) {
            return instant.plusNanos(atNanos - nanos);
        }

        Duration renewAfter() {
            return uncertainty.compareTo(GOOD_UNCERTAINTY) > 0 ? RENEW_SOON : RENEW_INTERVAL;
        }

        /** Whether a reading is possible that both this one and the other one are. */
        boolean agreesWith(Anchor other) {
            var apart = Duration.between(at(other.nanos), other.instant).abs();
            return apart.compareTo(uncertainty.plus(other.uncertainty)) <= 0;
        }
    }

    @Inject
    CloudClock(Pool pool, MeterRegistry registry) {
        this(
                () -> pool.query("select clock_timestamp() as now")
                        .execute()
                        .map(rows ->
                                rows.iterator().next().getOffsetDateTime("now").toInstant()),
                System::nanoTime);
        TimeGauge.builder(
                        "attach.gateway.upstream.clock.skew",
                        this,
                        TimeUnit.MILLISECONDS,
                        clock -> clock.skew().toMillis())
                .description("How far the cloud's clock is from the database's")
                .register(registry);
    }

    CloudClock(Supplier<Uni<Instant>> database, LongSupplier nanoTime) {
        this.database = database;
        this.nanoTime = nanoTime;
    }

    /** How far the cloud's clock is from the database's, as its answers showed last; zero before the first answer. */
    public Duration skew() {
        return longest(offsets.values());
    }

    void start(@Observes @Priority(Interceptor.Priority.LIBRARY_AFTER) StartupEvent event) {
        renew();
    }

    /** The database's clock; fails when it was never read and cannot be. */
    public Uni<Instant> now() {
        var known = anchor;
        if (known == null) {
            return read();
        }
        var now = nanoTime.getAsLong();
        if (now - known.nanos > known.renewAfter().toNanos()) {
            // The old one serves meanwhile, and until it can be read again: monotonic clocks drift by milliseconds an
            // hour.
            anchor = new Anchor(known.at(now), now, known.uncertainty);
            renew();
        }
        return Uni.createFrom().item(known.at(now));
    }

    private void renew() {
        read().subscribe()
                .with(read -> {}, failure -> LOG.debugf("database's clock not read: %s", failure.getMessage()));
    }

    /** A slow reading never replaces a better one that it does not contradict. */
    private Uni<Instant> read() {
        return Uni.createFrom().deferred(() -> {
            var asked = nanoTime.getAsLong();
            return database.get().map(instant -> {
                var received = nanoTime.getAsLong();
                var half = (received - asked) / 2;
                var read = new Anchor(instant, asked + half, Duration.ofNanos(half));
                var known = anchor;
                var best = known != null && known.uncertainty.compareTo(read.uncertainty) < 0 && known.agreesWith(read)
                        ? known
                        : read;
                anchor = best;
                return best.at(received);
            });
        });
    }

    /** A moment of the database's clock, on the clock of a service. */
    public Instant shownBy(CloudService service, Instant instant) {
        return instant.plus(offset(service));
    }

    /**
     * Corrects a service's clock by the date of a response. The date was read while the exchange was under way, which
     * leaves a range for the difference between the clocks; the difference that is known already is kept as long as it is
     * within that range, so that a slow response moves nothing.
     *
     * @param date the {@code Date} header of the response
     * @param askedNanos this process's monotonic clock when the request left
     */
    void observe(CloudService service, @Nullable String date, long askedNanos) {
        var received = nanoTime.getAsLong();
        now().subscribe().with(now -> {}, unknown -> {}); // renews it where nothing is signed
        var known = anchor;
        if (date == null || known == null || received - askedNanos > MAX_ROUND_TRIP.toNanos()) {
            return;
        }
        try {
            var shown = DateTimeFormatter.RFC_1123_DATE_TIME
                    .withZone(ZoneOffset.UTC)
                    .parse(date, Instant::from);
            var min = Duration.between(known.at(received), shown).minus(known.uncertainty);
            var max = Duration.between(known.at(askedNanos), shown.plus(DATE_RESOLUTION))
                    .plus(known.uncertainty);
            offsets.put(service, corrected(offset(service), min, max));
        } catch (DateTimeParseException e) {
            LOG.debugf("date of an answer cannot be read service=%s", service);
        }
    }

    /** The known difference where it is possible or nearly so, else none where that is possible, else the middle. */
    private static Duration corrected(Duration known, Duration min, Duration max) {
        var nearest = nearest(known, min, max);
        if (nearest.minus(known).abs().compareTo(DATE_RESOLUTION) <= 0) {
            return nearest;
        }
        var none = nearest(Duration.ZERO, min, max);
        return none.isZero() ? none : min.plus(max.minus(min).dividedBy(2));
    }

    private static Duration nearest(Duration value, Duration min, Duration max) {
        if (value.compareTo(min) < 0) {
            return min;
        }
        return value.compareTo(max) > 0 ? max : value;
    }

    /**
     * How far a service's clock is ahead of the database's. One that has not answered yet is taken to go with the others;
     * zero before the first answer of all.
     */
    public Duration offset(CloudService service) {
        var own = offsets.get(service);
        return own == null ? offsets.values().stream().findAny().orElse(Duration.ZERO) : own;
    }

    private static Duration longest(Collection<Duration> offsets) {
        return offsets.stream().map(Duration::abs).max(Duration::compareTo).orElse(Duration.ZERO);
    }
}
