package dev.attachgateway.upstream;

import dev.attachgateway.upstream.UpstreamFailure.NotStarted;
import dev.attachgateway.upstream.UpstreamFailure.NotStarted.Why;
import dev.attachgateway.upstream.UpstreamFailure.Refused;
import io.smallrye.faulttolerance.api.CircuitBreakerState;
import io.smallrye.faulttolerance.api.Guard;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.util.TypeLiteral;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Predicate;
import org.eclipse.microprofile.faulttolerance.exceptions.CircuitBreakerOpenException;
import org.jboss.logging.Logger;

/**
 * What stands between the gateway and each service of the cloud: a circuit breaker that counts only ill health, and
 * repetition with jitter. A read may be repeated whatever happened; a write only when it surely did not begin.
 */
@ApplicationScoped
public class Guards {
    private static final Logger LOG = Logger.getLogger(Guards.class);

    /** Reasons of our own, or a cloud that asks for patience: neither says that the service is ill. */
    private static final Set<Why> HEALTHY =
            Set.of(Why.CROWDED, Why.THROTTLED, Why.BUSY, Why.TOKEN_STALE, Why.TOO_LATE, Why.BREAKER_OPEN);

    /** What a moment's wait within the same step can mend; the rest waits for a later step. */
    private static final Set<Why> PASSING = Set.of(Why.UNREACHABLE, Why.THROTTLED, Why.BUSY, Why.CREDENTIAL_SERVICE);

    private final Wire wire;
    private final Duration openFor;
    private final Guard reads;
    private final Guard writes;
    private final Map<Service, Guard> breakers = new EnumMap<>(Service.class);
    private final Map<Service, Long> openSince = new ConcurrentHashMap<>();

    Guards(Vertx vertx, UpstreamConfig config) {
        this.wire = new Wire(vertx, config.connectTimeout(), config.answerTimeout(), config.connections());
        this.openFor = config.breaker().delay();
        this.reads =
                retrying(config.retry(), failure -> isPassing(failure) || failure instanceof UpstreamFailure.Unsettled);
        this.writes = retrying(config.retry(), Guards::isPassing);
        for (var service : Service.values()) {
            breakers.put(service, breaker(service, config.breaker()));
        }
    }

    /** A call that changes nothing: repeated a few times unless the cloud refused it. */
    <T> Uni<T> read(Service service, Function<Wire, Uni<T>> call) {
        return guarded(reads, service, call);
    }

    /** A call that changes something: repeated only while it surely did not begin. */
    <T> Uni<T> write(Service service, Function<Wire, Uni<T>> call) {
        return guarded(writes, service, call);
    }

    /**
     * How long it is until a call to the cloud can pass again, when one of its services is known to be ill; empty when
     * calls may pass, be it as a probe.
     */
    public Optional<Duration> closedFor() {
        return openSince.values().stream()
                .map(since -> openFor.minusNanos(System.nanoTime() - since))
                .filter(Duration::isPositive)
                .max(Duration::compareTo);
    }

    /**
     * Takes one repetition from the retry budget of a service in a project.
     *
     * @return false when it is empty: what is to be repeated has to wait
     */
    public boolean withdraw(Service service, String projectId) {
        return true;
    }

    private <T> Uni<T> guarded(Guard repetition, Service service, Function<Wire, Uni<T>> call) {
        var breaker = breaker(service);
        return repetition.get(
                () -> breaker.get(() -> call.apply(wire), new TypeLiteral<Uni<T>>() {})
                        .onFailure(CircuitBreakerOpenException.class)
                        .transform(open -> new NotStarted(
                                Why.BREAKER_OPEN, service + " is not answering; calls to it are paused", null, open)),
                new TypeLiteral<Uni<T>>() {});
    }

    private Guard breaker(Service service) {
        return Objects.requireNonNull(breakers.get(service));
    }

    private Guard breaker(Service service, UpstreamConfig.Breaker config) {
        return Guard.create()
                .withDescription("breaker " + service)
                .withCircuitBreaker()
                .name("upstream-" + service.name().toLowerCase(Locale.ROOT))
                .requestVolumeThreshold(config.window())
                .failureRatio(config.failureRatio())
                .delay(config.delay().toMillis(), ChronoUnit.MILLIS)
                .when(Guards::isIllHealth)
                .onStateChange(state -> changed(service, state))
                .done()
                .build();
    }

    private void changed(Service service, CircuitBreakerState state) {
        if (state == CircuitBreakerState.OPEN) {
            openSince.put(service, System.nanoTime());
        } else {
            openSince.remove(service);
        }
        LOG.warnf("circuit breaker changed service=%s state=%s", service, state);
    }

    private static Guard retrying(UpstreamConfig.Retry config, Predicate<Throwable> when) {
        return Guard.create()
                .withRetry()
                .maxRetries(config.most())
                .delay(config.delay().toMillis(), ChronoUnit.MILLIS)
                .jitter(config.jitter().toMillis(), ChronoUnit.MILLIS)
                .whenException(when)
                .done()
                .build();
    }

    private static boolean isPassing(Throwable failure) {
        return failure instanceof NotStarted notStarted && PASSING.contains(notStarted.why());
    }

    private static boolean isIllHealth(Throwable failure) {
        return switch (failure) {
            case Refused refused -> false;
            case NotStarted notStarted -> !HEALTHY.contains(notStarted.why());
            case NoCredential missing -> false;
            default -> true;
        };
    }
}
