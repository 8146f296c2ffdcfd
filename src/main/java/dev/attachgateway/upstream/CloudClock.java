package dev.attachgateway.upstream;

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

    /** {@code Date} has no fractions, so on average it is this much too early. */
    private static final Duration HALF_A_SECOND = Duration.ofMillis(500);

    /** What takes longer says too little about when the other side looked at its clock. */
    private static final Duration USELESS = Duration.ofSeconds(5);

    private static final long RENEW_NANOS = TimeUnit.SECONDS.toNanos(30);

    private final Supplier<Uni<Instant>> database;
    private final LongSupplier nanoTime;
    private final Map<Service, Duration> offsets = new ConcurrentHashMap<>();
    private volatile @Nullable Anchor anchor;

    /** A moment of the database's clock and the same one of this process's monotonic clock. */
    private record Anchor(Instant instant, long nanos) {}

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
    Uni<Instant> now() {
        var known = anchor;
        if (known == null) {
            return read();
        }
        var now = nanoTime.getAsLong();
        if (now - known.nanos > RENEW_NANOS) {
            // The old one serves meanwhile, and until it can be read again: monotonic clocks drift by milliseconds an
            // hour.
            anchor = new Anchor(at(known, now), now);
            renew();
        }
        return Uni.createFrom().item(at(known, now));
    }

    private void renew() {
        read().subscribe()
                .with(read -> {}, failure -> LOG.debugf("database's clock not read: %s", failure.getMessage()));
    }

    private Uni<Instant> read() {
        return Uni.createFrom().deferred(() -> {
            var asked = nanoTime.getAsLong();
            return database.get().map(instant -> {
                var told = nanoTime.getAsLong();
                var read = new Anchor(instant, asked + (told - asked) / 2);
                if (anchor == null || told - asked < USELESS.toNanos()) {
                    anchor = read;
                }
                return at(read, told);
            });
        });
    }

    /** A moment of the database's clock, on the clock of a service. */
    Instant shownBy(Service service, Instant instant) {
        return instant.plus(offset(service));
    }

    /**
     * What an answer says about the service's clock.
     *
     * @param date the answer's header
     * @param askedNanos this process's monotonic clock when the request left
     */
    void observe(Service service, @Nullable String date, long askedNanos) {
        var told = nanoTime.getAsLong();
        now().subscribe().with(now -> {}, unknown -> {}); // renews it where nothing is signed
        var known = anchor;
        if (date == null || known == null || told - askedNanos > USELESS.toNanos()) {
            return;
        }
        try {
            var shown = DateTimeFormatter.RFC_1123_DATE_TIME
                    .withZone(ZoneOffset.UTC)
                    .parse(date, Instant::from)
                    .plus(HALF_A_SECOND);
            var offset = Duration.between(at(known, askedNanos + (told - askedNanos) / 2), shown);
            // Less than its own grain is noise.
            offsets.put(service, offset.abs().compareTo(Duration.ofSeconds(1)) <= 0 ? Duration.ZERO : offset);
        } catch (DateTimeParseException e) {
            LOG.debugf("date of an answer cannot be read service=%s", service);
        }
    }

    /**
     * How far a service's clock is ahead of the database's. One that has not answered yet is taken to go with the others;
     * zero before the first answer of all.
     */
    Duration offset(Service service) {
        var own = offsets.get(service);
        return own == null ? offsets.values().stream().findAny().orElse(Duration.ZERO) : own;
    }

    private static Instant at(Anchor anchor, long nanos) {
        return anchor.instant.plusNanos(nanos - anchor.nanos);
    }

    private static Duration longest(Collection<Duration> offsets) {
        return offsets.stream().map(Duration::abs).max(Duration::compareTo).orElse(Duration.ZERO);
    }
}
