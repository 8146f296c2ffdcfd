package dev.attachgateway.upstream.resilience;

import dev.attachgateway.upstream.http.CloudCallException.NotStarted;
import dev.attachgateway.upstream.http.CloudCallException.NotStarted.Why;
import dev.attachgateway.upstream.http.CloudService;
import dev.attachgateway.upstream.http.UpstreamConfig;
import io.smallrye.faulttolerance.api.CircuitBreakerMaintenance;
import io.smallrye.faulttolerance.api.CircuitBreakerState;
import io.smallrye.faulttolerance.api.Guard;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.util.TypeLiteral;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.eclipse.microprofile.faulttolerance.exceptions.CircuitBreakerOpenException;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** The circuit breaker of one service; an operator may hold it open or closed. */
final class ServiceCircuitBreaker {
    private static final Logger LOG = Logger.getLogger(ServiceCircuitBreaker.class);

    private final CloudService service;
    private final String name;
    private final Duration openFor;
    private final Guard guard;
    private volatile CircuitBreakerState state = CircuitBreakerState.CLOSED;
    private volatile long openSince;
    private volatile BreakerOverride breakerOverride = BreakerOverride.NOT;

    ServiceCircuitBreaker(CloudService service, UpstreamConfig.Breaker config, Predicate<Throwable> isIllHealth) {
        this.service = service;
        this.name = "upstream-" + service.name().toLowerCase(Locale.ROOT);
        this.openFor = config.delay();
        this.guard = Guard.create()
                .withDescription("breaker " + service)
                .withCircuitBreaker()
                .name(name)
                .requestVolumeThreshold(config.window())
                .failureRatio(config.failureRatio())
                .delay(openFor.toMillis(), ChronoUnit.MILLIS)
                .when(isIllHealth)
                .onStateChange(this::changed)
                .done()
                .build();
    }

    /** Lets a call pass, or fails with {@link Why#BREAKER_OPEN}. */
    <T> Uni<T> call(Supplier<Uni<T>> call) {
        return switch (breakerOverride) {
            case OPEN -> Uni.createFrom().failure(open(null));
            case CLOSED -> Uni.createFrom().deferred(call::get);
            case NOT ->
                guard.get(call, new TypeLiteral<Uni<T>>() {})
                        .onFailure(CircuitBreakerOpenException.class)
                        .transform(this::open);
        };
    }

    /** What the operator says from now on. Taken back, the breaker begins anew with a healthy service. */
    void force(BreakerOverride wish) {
        var before = breakerOverride;
        breakerOverride = wish;
        LOG.warnf("circuit breaker forced service=%s forced=%s before=%s", service, wish, before);
        if (wish == BreakerOverride.NOT && before != BreakerOverride.NOT) {
            CircuitBreakerMaintenance.get().reset(name);
        }
    }

    BreakerOverride forced() {
        return breakerOverride;
    }

    CircuitBreakerState state() {
        return state;
    }

    /** How long no call can pass; empty when calls pass, be it as a probe. Held open, it never says less than its delay. */
    Optional<Duration> closedFor() {
        return switch (breakerOverride) {
            case OPEN -> Optional.of(openFor);
            case CLOSED -> Optional.empty();
            case NOT -> nextProbe().filter(Duration::isPositive);
        };
    }

    /** How long it is until a call is let through as a probe; zero when the next one is. Empty unless it is open by itself. */
    Optional<Duration> nextProbe() {
        if (state != CircuitBreakerState.OPEN || breakerOverride != BreakerOverride.NOT) {
            return Optional.empty();
        }
        var left = openFor.minusNanos(System.nanoTime() - openSince);
        return Optional.of(left.isNegative() ? Duration.ZERO : left);
    }

    NotStarted open(@Nullable Throwable cause) {
        var why = breakerOverride == BreakerOverride.OPEN
                ? " is not called: an operator stopped it"
                : " is not answering; calls to it are paused";
        return new NotStarted(Why.BREAKER_OPEN, service + why, null, cause);
    }

    private void changed(CircuitBreakerState next) {
        if (next == CircuitBreakerState.OPEN) {
            openSince = System.nanoTime();
        }
        state = next;
        LOG.warnf("circuit breaker changed service=%s state=%s", service, next);
    }
}
