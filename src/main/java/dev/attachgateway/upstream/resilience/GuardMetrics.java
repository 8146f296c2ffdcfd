package dev.attachgateway.upstream.resilience;

import dev.attachgateway.upstream.http.CloudCallException.NotStarted;
import dev.attachgateway.upstream.http.CloudService;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.smallrye.faulttolerance.api.CircuitBreakerState;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** The metrics {@code attach_gateway_upstream_…} of each service's guards; none has a project as a tag. */
@ApplicationScoped
class GuardMetrics {
    private static final String PREFIX = "attach.gateway.upstream.";
    private static final double MILLIS_PER_SECOND = 1_000;

    private final MeterRegistry registry;

    GuardMetrics(MeterRegistry registry, CredentialLockouts lockouts) {
        this.registry = registry;
        Gauge.builder(PREFIX + "credentials.paused", lockouts, CredentialLockouts::countCoolingDown)
                .description("Credentials in their cooldown, because the cloud refused them twice in a row")
                .register(registry);
    }

    void register(CloudService service, ServiceGuard serviceGuard) {
        for (var state : CircuitBreakerState.values()) {
            gauge(
                    "breaker.state",
                    serviceGuard,
                    serviceTag(service).and("state", tagValue(state)),
                    guard -> guard.breaker().state() == state ? 1 : 0);
        }
        for (var breakerOverride : new BreakerOverride[] {BreakerOverride.OPEN, BreakerOverride.CLOSED}) {
            gauge(
                    "breaker.forced",
                    serviceGuard,
                    serviceTag(service).and("forced", tagValue(breakerOverride)),
                    guard -> guard.breaker().override() == breakerOverride ? 1 : 0);
        }
        gauge(
                "breaker.probe.seconds",
                serviceGuard,
                serviceTag(service),
                guard -> guard.breaker()
                        .timeUntilProbe()
                        .map(Duration::toMillis)
                        .map(millis -> millis / MILLIS_PER_SECOND)
                        .orElse(Double.NaN));
        gauge("retry.budget", serviceGuard, serviceTag(service), ServiceGuard::availableRetries);
        gauge("rate.learnt", serviceGuard, serviceTag(service).and("calls", "read"), guard -> guard.lowestRate(true));
        gauge("rate.learnt", serviceGuard, serviceTag(service).and("calls", "write"), guard -> guard.lowestRate(false));
        gauge(
                "bulkhead.running",
                serviceGuard,
                serviceTag(service),
                guard -> guard.bulkhead().running());
        gauge(
                "bulkhead.waiting",
                serviceGuard,
                serviceTag(service),
                guard -> guard.bulkhead().waiting());
        // Registered with zero, so that an alert on their increase notices the first one.
        counter("sent", serviceTag(service)).increment(0);
        counter("retries", serviceTag(service)).increment(0);
        counter("retries.denied", serviceTag(service)).increment(0);
        for (var reason : NotStarted.Reason.values()) {
            counter("not.started", serviceTag(service).and("reason", tagValue(reason)))
                    .increment(0);
        }
    }

    void countSend(CloudService service) {
        counter("sent", serviceTag(service)).increment();
    }

    void countRetry(CloudService service, boolean granted) {
        counter(granted ? "retries" : "retries.denied", serviceTag(service)).increment();
    }

    void countFailure(CloudService service, Throwable failure) {
        if (failure instanceof NotStarted notStarted) {
            counter("not.started", serviceTag(service).and("reason", tagValue(notStarted.reason())))
                    .increment();
        }
    }

    private void gauge(String name, ServiceGuard serviceGuard, Tags tags, ToDoubleFunction<ServiceGuard> value) {
        Gauge.builder(PREFIX + name, serviceGuard, value).tags(tags).register(registry);
    }

    private Counter counter(String name, Tags tags) {
        return registry.counter(PREFIX + name, tags);
    }

    private static Tags serviceTag(CloudService service) {
        return Tags.of("service", tagValue(service));
    }

    private static String tagValue(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
