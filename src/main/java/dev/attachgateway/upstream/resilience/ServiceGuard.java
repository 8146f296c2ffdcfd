package dev.attachgateway.upstream.resilience;

import dev.attachgateway.upstream.http.CloudClock;
import dev.attachgateway.upstream.http.CloudService;
import dev.attachgateway.upstream.http.HttpTransport;
import dev.attachgateway.upstream.http.UpstreamConfig;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** The guards of one service: those shared by all projects, and those of each project. */
final class ServiceGuard {
    /** Projects may disappear from the credentials file; the guards of idle projects are removed after this time. */
    private static final Duration PROJECT_IDLE_TIMEOUT = Duration.ofMinutes(15);

    private final UpstreamConfig config;
    private final ServiceCircuitBreaker breaker;
    private final ProjectBulkhead bulkhead;
    private final HttpTransport httpTransport;
    private final Map<String, ProjectGuard> projectGuards = new ConcurrentHashMap<>();
    private final AtomicLong sweptAt = new AtomicLong(System.nanoTime());

    ServiceGuard(Vertx vertx, CloudService service, UpstreamConfig config, CloudClock clock) {
        this.config = config;
        this.breaker = new ServiceCircuitBreaker(service, config.breaker(), CloudGuards::isBreakerFailure);
        this.bulkhead = new ProjectBulkhead(vertx, config.bulkhead());
        this.httpTransport = new HttpTransport(vertx, service, config, clock);
    }

    ServiceCircuitBreaker breaker() {
        return breaker;
    }

    ProjectBulkhead bulkhead() {
        return bulkhead;
    }

    HttpTransport transport() {
        return httpTransport;
    }

    ProjectGuard projectGuard(String projectId) {
        var last = sweptAt.get();
        var now = System.nanoTime();
        if (now - last > PROJECT_IDLE_TIMEOUT.toNanos() && sweptAt.compareAndSet(last, now)) {
            projectGuards.values().removeIf(projectGuard -> projectGuard.isIdleFor(PROJECT_IDLE_TIMEOUT));
        }
        return projectGuards.computeIfAbsent(projectId, _ -> new ProjectGuard(config));
    }

    GuardSnapshot snapshot(CloudService service) {
        var now = System.nanoTime();
        return new GuardSnapshot(
                service,
                breaker.state(),
                breaker.override(),
                breaker.timeUntilProbe(),
                bulkhead.running(),
                bulkhead.waiting(),
                projectGuards.entrySet().stream()
                        .map(entry -> GuardSnapshot.ProjectSnapshot.of(
                                entry.getKey(),
                                entry.getValue().availableRetries(now),
                                entry.getValue().currentRate(true, now),
                                entry.getValue().currentRate(false, now)))
                        .toList());
    }

    /** The sum of all projects' retry budgets, in retries. */
    double availableRetries() {
        var now = System.nanoTime();
        return projectGuards.values().stream()
                .mapToDouble(projectGuard -> projectGuard.availableRetries(now))
                .sum();
    }

    /** The lowest rate limit of any project, in calls per second; NaN while there is none. */
    double lowestRate(boolean read) {
        var now = System.nanoTime();
        return projectGuards.values().stream()
                .mapToDouble(projectGuard -> projectGuard.currentRate(read, now))
                .filter(rate -> !Double.isInfinite(rate))
                .min()
                .orElse(Double.NaN);
    }
}
