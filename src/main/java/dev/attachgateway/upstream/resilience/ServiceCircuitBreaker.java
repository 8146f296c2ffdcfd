package dev.attachgateway.upstream.resilience;

import dev.attachgateway.upstream.http.CloudCallException.NotStarted;
import dev.attachgateway.upstream.http.CloudCallException.NotStarted.Reason;
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

/** The circuit breaker of one service, which an operator can override. */
final class ServiceCircuitBreaker {
    private static final Logger LOG = Logger.getLogger(ServiceCircuitBreaker.class);

    private final CloudService service;
    private final String name;
    private final Duration openDuration;
    private final Guard guard;
    private volatile CircuitBreakerState state = CircuitBreakerState.CLOSED;
    private volatile long openedAtNanos;
    private volatile BreakerOverride breakerOverride = BreakerOverride.AUTOMATIC;

    ServiceCircuitBreaker(CloudService service, UpstreamConfig.Breaker config, Predicate<Throwable> isFailure) {
        this.service = service;
        this.name = "upstream-" + service.name().toLowerCase(Locale.ROOT);
        this.openDuration = config.delay();
        this.guard = Guard.create()
                .withDescription("breaker " + service)
                .withCircuitBreaker()
                .name(name)
                .requestVolumeThreshold(config.window())
                .failureRatio(config.failureRatio())
                .delay(openDuration.toMillis(), ChronoUnit.MILLIS)
                .when(isFailure)
                .onStateChange(this::onStateChange)
                .done()
                .build();
    }

    /** Makes the call, or fails with {@link Reason#BREAKER_OPEN}. */
    <T> Uni<T> call(Supplier<Uni<T>> call) {
        return switch (breakerOverride) {
            case OPEN -> Uni.createFrom().failure(openException(null));
            case CLOSED -> Uni.createFrom().deferred(call::get);
            case AUTOMATIC ->
                guard.get(call, new TypeLiteral<Uni<T>>() {})
                        .onFailure(CircuitBreakerOpenException.class)
                        .transform(this::openException);
        };
    }

    /** Sets the operator's override. When an override is removed, the breaker is reset to closed. */
    void setOverride(BreakerOverride requested) {
        var previous = breakerOverride;
        breakerOverride = requested;
        LOG.warnf("circuit breaker override set service=%s forced=%s before=%s", service, requested, previous);
        if (requested == BreakerOverride.AUTOMATIC && previous != BreakerOverride.AUTOMATIC) {
            CircuitBreakerMaintenance.get().reset(name);
        }
    }

    BreakerOverride override() {
        return breakerOverride;
    }

    CircuitBreakerState state() {
        return state;
    }

    /**
     * The time for which no call passes; empty if calls pass, even if only as probes. Always the open duration while an
     * operator holds the breaker open.
     */
    Optional<Duration> remainingOpenTime() {
        return switch (breakerOverride) {
            case OPEN -> Optional.of(openDuration);
            case CLOSED -> Optional.empty();
            case AUTOMATIC -> timeUntilProbe().filter(Duration::isPositive);
        };
    }

    /** The time until a probe is admitted, zero if the next call is one; empty unless open without an override. */
    Optional<Duration> timeUntilProbe() {
        if (state != CircuitBreakerState.OPEN || breakerOverride != BreakerOverride.AUTOMATIC) {
            return Optional.empty();
        }
        var remaining = openDuration.minusNanos(System.nanoTime() - openedAtNanos);
        return Optional.of(remaining.isNegative() ? Duration.ZERO : remaining);
    }

    NotStarted openException(@Nullable Throwable cause) {
        var reason = breakerOverride == BreakerOverride.OPEN
                ? " is not called: an operator stopped it"
                : " is failing; calls to it are paused";
        return new NotStarted(Reason.BREAKER_OPEN, service + reason, null, cause);
    }

    private void onStateChange(CircuitBreakerState next) {
        if (next == CircuitBreakerState.OPEN) {
            openedAtNanos = System.nanoTime();
        }
        state = next;
        LOG.warnf("circuit breaker state changed service=%s state=%s", service, next);
    }
}
