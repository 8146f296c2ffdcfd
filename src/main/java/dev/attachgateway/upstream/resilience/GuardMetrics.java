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

/** {@code attach_gateway_upstream_…}: the guards of each service in numbers, none of which names a project. */
@ApplicationScoped
class GuardMetrics {
    private static final String PREFIX = "attach.gateway.upstream.";
    private static final double MILLIS = 1_000;

    private final MeterRegistry registry;

    GuardMetrics(MeterRegistry registry, CredentialLockouts lockouts) {
        this.registry = registry;
        Gauge.builder(PREFIX + "credentials.paused", lockouts, CredentialLockouts::paused)
                .description("Credentials that are not used for now, because the cloud refused them twice in a row")
                .register(registry);
    }

    void watch(CloudService service, ServiceGuard serviceGuard) {
        for (var state : CircuitBreakerState.values()) {
            gauge(
                    "breaker.state",
                    serviceGuard,
                    of(service).and("state", word(state)),
                    it -> it.breaker().state() == state ? 1 : 0);
        }
        for (var breakerOverride : new BreakerOverride[] {BreakerOverride.OPEN, BreakerOverride.CLOSED}) {
            gauge(
                    "breaker.forced",
                    serviceGuard,
                    of(service).and("forced", word(breakerOverride)),
                    it -> it.breaker().forced() == breakerOverride ? 1 : 0);
        }
        gauge(
                "breaker.probe.seconds",
                serviceGuard,
                of(service),
                it -> it.breaker()
                        .nextProbe()
                        .map(Duration::toMillis)
                        .map(millis -> millis / MILLIS)
                        .orElse(Double.NaN));
        gauge("retry.budget", serviceGuard, of(service), ServiceGuard::budget);
        gauge("rate.learnt", serviceGuard, of(service).and("calls", "read"), it -> it.rate(true));
        gauge("rate.learnt", serviceGuard, of(service).and("calls", "write"), it -> it.rate(false));
        gauge("bulkhead.running", serviceGuard, of(service), it -> it.bulkhead().running());
        gauge("bulkhead.waiting", serviceGuard, of(service), it -> it.bulkhead().waiting());
        // There from the start, so that an alert on their rise sees the first one.
        counter("sent", of(service)).increment(0);
        counter("retries", of(service)).increment(0);
        counter("retries.denied", of(service)).increment(0);
        for (var why : NotStarted.Why.values()) {
            counter("not.started", of(service).and("reason", word(why))).increment(0);
        }
    }

    void sent(CloudService service) {
        counter("sent", of(service)).increment();
    }

    void repeated(CloudService service, boolean granted) {
        counter(granted ? "retries" : "retries.denied", of(service)).increment();
    }

    void failed(CloudService service, Throwable failure) {
        if (failure instanceof NotStarted notStarted) {
            counter("not.started", of(service).and("reason", word(notStarted.why())))
                    .increment();
        }
    }

    private void gauge(String name, ServiceGuard serviceGuard, Tags tags, ToDoubleFunction<ServiceGuard> value) {
        Gauge.builder(PREFIX + name, serviceGuard, value).tags(tags).register(registry);
    }

    private Counter counter(String name, Tags tags) {
        return registry.counter(PREFIX + name, tags);
    }

    private static Tags of(CloudService service) {
        return Tags.of("service", word(service));
    }

    private static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
