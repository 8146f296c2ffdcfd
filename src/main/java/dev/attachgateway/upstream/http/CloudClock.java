package dev.attachgateway.upstream.http;

import dev.attachgateway.database.DatabaseClock;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import io.vertx.core.MultiMap;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Estimates the clock of each service of the cloud: the database's clock, corrected by the {@code Date} header of the
 * service's responses.
 */
@ApplicationScoped
public class CloudClock {
    private static final Logger LOG = Logger.getLogger(CloudClock.class);

    /** {@code Date} has no fractions of a second: the service's clock was ahead of it by up to this much. */
    private static final Duration DATE_RESOLUTION = Duration.ofSeconds(1);

    /** Slower responses are ignored, because the time at which the service read its clock is too uncertain. */
    private static final Duration MAX_ROUND_TRIP = Duration.ofSeconds(5);

    /** A larger difference is a fault of a date or of the database's clock rather than a skew. */
    private static final Duration MAX_OFFSET = Duration.ofDays(2);

    /** How long an observation waits for another one that agrees with it. */
    private static final Duration AGREEMENT_TIMEOUT = Duration.ofMinutes(10);

    private static final int UNAUTHORIZED = 401;

    private final DatabaseClock databaseClock;
    private final LongSupplier nanoTime;
    private final Map<CloudService, Duration> offsets = new ConcurrentHashMap<>();

    /** The latest observation that contradicts the offset of its service and that no other observation has confirmed. */
    private volatile @Nullable Observation contradiction;

    @Inject
    CloudClock(DatabaseClock databaseClock, MeterRegistry registry) {
        this(databaseClock, System::nanoTime);
        TimeGauge.builder(
                        "attach.gateway.upstream.clock.skew",
                        this,
                        TimeUnit.MILLISECONDS,
                        clock -> clock.skew().toMillis())
                .description("Max absolute difference between the cloud's clock and the database's")
                .register(registry);
    }

    CloudClock(DatabaseClock databaseClock, LongSupplier nanoTime) {
        this.databaseClock = databaseClock;
        this.nanoTime = nanoTime;
    }

    /** The max absolute difference between a service's clock and the database's; zero before the first response. */
    public Duration skew() {
        return maxAbsolute(offsets.values());
    }

    /** Converts an instant of the database's clock to the clock of a service. */
    public Instant toServiceTime(CloudService service, Instant instant) {
        return instant.plus(offset(service));
    }

    /**
     * Takes the date of a response as an observation of a service's clock. The service read its clock at an unknown time
     * during the exchange, which leaves a range for the offset; the previous offset is kept while it is within that range, so
     * that a slow response changes nothing. An observation that contradicts the offset counts only once another one agrees
     * with it: one wrong date changes nothing.
     *
     * @param headers of the response; a response from a cache has an old date and is ignored
     * @param sentAtNanos the monotonic clock of this process when the request was sent
     */
    void observe(CloudService service, int status, MultiMap headers, long sentAtNanos) {
        var receivedAt = nanoTime.getAsLong();
        var date = headers.get("Date");
        var estimate = databaseClock.estimate();
        if (date == null
                || estimate.isEmpty()
                || isFromCache(headers)
                || receivedAt - sentAtNanos > MAX_ROUND_TRIP.toNanos()) {
            return;
        }
        try {
            var serviceTime = DateTimeFormatter.RFC_1123_DATE_TIME
                    .withZone(ZoneOffset.UTC)
                    .parse(date, Instant::from);
            var reading = estimate.get().reading();
            var uncertainty = estimate.get().uncertainty();
            var min =
                    Duration.between(reading.instantAt(receivedAt), serviceTime).minus(uncertainty);
            var max = Duration.between(reading.instantAt(sentAtNanos), serviceTime.plus(DATE_RESOLUTION))
                    .plus(uncertainty);
            apply(new Observation(service, min, max, status == UNAUTHORIZED, receivedAt));
        } catch (DateTimeParseException _) {
            LOG.debugf("Date header of a response cannot be parsed service=%s", service);
        }
    }

    /** Whether a cache answered in place of the service (RFC 9111, section 5.1; RFC 9211). */
    private static boolean isFromCache(MultiMap headers) {
        return headers.contains("Age")
                || Stream.of("Cache-Status", "X-Cache")
                        .flatMap(name -> headers.getAll(name).stream())
                        .anyMatch(value -> value.toLowerCase(Locale.ROOT).contains("hit"));
    }

    private synchronized void apply(Observation observation) {
        if (observation.middle().abs().compareTo(MAX_OFFSET) > 0) {
            LOG.warnf(
                    "date of a response ignored service=%s offset=%s: more than %s from the database's clock",
                    observation.service, observation.middle(), MAX_OFFSET);
            return;
        }
        var previous = offset(observation.service);
        if (observation.isNear(previous)) {
            offsets.put(observation.service, observation.nearest(previous));
            if (contradiction != null && contradiction.service == observation.service) {
                contradiction = null;
            }
            return;
        }
        var other = contradiction;
        if (other != null && other.agreesWith(observation)) {
            offsets.put(observation.service, observation.offsetAfter(previous));
            offsets.put(other.service, other.offsetAfter(offset(other.service)));
            contradiction = null;
        } else {
            contradiction = observation;
        }
    }

    /**
     * A date of a service, as a range for the offset of its clock.
     *
     * @param fromRefusal whether the response is a 401, which a date of the signature that is too far off causes
     */
    private record Observation(
            CloudService service, Duration min, Duration max, boolean fromRefusal, long receivedAtNanos) {

        boolean isNear(Duration offset) {
            return nearest(offset).minus(offset).abs().compareTo(DATE_RESOLUTION) <= 0;
        }

        Duration nearest(Duration offset) {
            return clamp(offset, min, max);
        }

        Duration middle() {
            return min.plus(max.minus(min).dividedBy(2));
        }

        /** The value of the range nearest to the previous offset if that is close, else zero if possible, else the middle. */
        Duration offsetAfter(Duration previous) {
            if (isNear(previous)) {
                return nearest(previous);
            }
            return nearest(Duration.ZERO).isZero() ? Duration.ZERO : middle();
        }

        boolean agreesWith(Observation other) {
            return min.compareTo(other.max) <= 0
                    && other.min.compareTo(max) <= 0
                    && other.receivedAtNanos - receivedAtNanos <= AGREEMENT_TIMEOUT.toNanos();
        }
    }

    private static Duration clamp(Duration value, Duration min, Duration max) {
        if (value.compareTo(min) < 0) {
            return min;
        }
        return value.compareTo(max) > 0 ? max : value;
    }

    /**
     * How far a service's clock is ahead of the database's. A service without a response yet is assumed to share the
     * offset of another service; zero before the first response of any.
     */
    public Duration offset(CloudService service) {
        var observed = offsets.get(service);
        return observed == null ? offsets.values().stream().findAny().orElse(Duration.ZERO) : observed;
    }

    /**
     * The offset for the signature of a call without side effects: after a refusal it relies also on an observation that no
     * other one has confirmed yet, because the refusal may be due to the date.
     */
    public Duration offsetOfRead(CloudService service) {
        var unconfirmed = contradiction;
        return unconfirmed != null && unconfirmed.fromRefusal ? unconfirmed.middle() : offset(service);
    }

    private static Duration maxAbsolute(Collection<Duration> offsets) {
        return offsets.stream().map(Duration::abs).max(Duration::compareTo).orElse(Duration.ZERO);
    }
}
