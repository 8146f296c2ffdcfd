package dev.attachgateway.upstream.resilience;

import dev.attachgateway.upstream.credential.MissingCredentialException;
import dev.attachgateway.upstream.http.CloudCallException;
import dev.attachgateway.upstream.http.CloudCallException.NotStarted;
import dev.attachgateway.upstream.http.CloudCallException.NotStarted.Reason;
import dev.attachgateway.upstream.http.CloudCallException.Refused;
import dev.attachgateway.upstream.http.CloudClock;
import dev.attachgateway.upstream.http.CloudResponse;
import dev.attachgateway.upstream.http.CloudService;
import dev.attachgateway.upstream.http.Deadline;
import dev.attachgateway.upstream.http.FailureClassifier;
import dev.attachgateway.upstream.http.HttpTransport;
import dev.attachgateway.upstream.http.UpstreamConfig;
import io.quarkus.runtime.Startup;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;

/**
 * The guards of the calls to each cloud service: credential lockout guard, adaptive rate limit, bulkhead, a circuit
 * breaker that counts only failures of the service, and retries within a budget. Reads are retried also after an
 * unknown outcome, writes only if they certainly did not start.
 */
@ApplicationScoped
@Startup
public class CloudGuards {
    /** Limits of the gateway itself, and throttling by the cloud: neither is a failure of the service. */
    private static final Set<Reason> IGNORED_BY_BREAKER = Set.of(
            Reason.CROWDED,
            Reason.RATE_LIMITED,
            Reason.THROTTLED,
            Reason.UNFORWARDED,
            Reason.BUSY,
            Reason.TOKEN_STALE,
            Reason.TOO_LATE,
            Reason.BREAKER_OPEN,
            Reason.CREDENTIAL);

    /** Reasons for a retry within the same step, after a short delay; the others wait for a later step. */
    private static final Set<Reason> TRANSIENT =
            Set.of(Reason.UNREACHABLE, Reason.UNFORWARDED, Reason.BUSY, Reason.CREDENTIAL_SERVICE);

    private final UpstreamConfig config;
    private final GuardMetrics metrics;
    private final Map<CloudService, ServiceGuard> serviceGuards = new EnumMap<>(CloudService.class);

    CloudGuards(Vertx vertx, UpstreamConfig config, CloudClock clock, GuardMetrics metrics) {
        this.config = config;
        this.metrics = metrics;
        for (var service : CloudService.values()) {
            var serviceGuard = new ServiceGuard(vertx, service, config, clock);
            serviceGuards.put(service, serviceGuard);
            metrics.register(service, serviceGuard);
        }
    }

    /**
     * A call to a cloud service.
     *
     * @param lockout the lockout guard of the credential that the call uses
     * @param sendDeadline no byte of the request is sent after this, and no wait in a queue exceeds it
     * @param read whether the call is free of side effects
     * @param send sends the request once
     * @param responseParser converts the response to the result, or throws the failure that the response stands for
     */
    public record GuardedCall<T>(
            CloudService service,
            String projectId,
            CredentialLockoutGuard lockout,
            Deadline sendDeadline,
            boolean read,
            Function<HttpTransport, Uni<CloudResponse>> send,
            Function<CloudResponse, T> responseParser) {}

    /** Makes the call, with retries; fails with a {@link CloudCallException}. */
    public <T> Uni<T> call(GuardedCall<T> call) {
        return callWithRetries(call, 0);
    }

    /**
     * The time until calls to all services may pass again, if a circuit breaker is open or held open by an operator;
     * empty if calls may pass, even if only as probes.
     */
    public Optional<Duration> remainingOpenTime() {
        return serviceGuards.values().stream()
                .flatMap(serviceGuard -> serviceGuard.breaker().remainingOpenTime().stream())
                .max(Duration::compareTo);
    }

    /**
     * Withdraws the retry of a whole step, which calls the given services in sequence, from their retry budgets in a
     * project.
     *
     * @return false if one of the budgets is empty; nothing is withdrawn then, and the retry has to wait
     */
    public boolean withdrawStepRetry(String projectId, CloudService... services) {
        var now = System.nanoTime();
        var charged = new EnumMap<CloudService, RetryBudget.Source>(CloudService.class);
        for (var service : services) {
            var source = retryBudget(service, projectId).withdrawStep(now);
            if (source.isEmpty()) {
                charged.forEach((other, from) -> retryBudget(other, projectId).refundStep(from, now));
                return recordRetry(service, false);
            }
            charged.put(service, source.get());
        }
        charged.keySet().forEach(service -> recordRetry(service, true));
        return true;
    }

    private boolean recordRetry(CloudService service, boolean granted) {
        metrics.countRetry(service, granted);
        return granted;
    }

    private RetryBudget retryBudget(CloudService service, String projectId) {
        return serviceGuard(service).projectGuard(projectId).retryBudget();
    }

    /** Overrides a service's circuit breaker on this replica, until the override is removed or the replica restarts. */
    public void setOverride(CloudService service, BreakerOverride breakerOverride) {
        serviceGuard(service).breaker().setOverride(breakerOverride);
    }

    /** The current state of the guards of all services on this replica. */
    public List<GuardSnapshot> snapshots() {
        return Arrays.stream(CloudService.values())
                .map(service -> serviceGuard(service).snapshot(service))
                .toList();
    }

    private <T> Uni<T> callWithRetries(GuardedCall<T> call, int retries) {
        return callOnce(call, retries).onFailure().recoverWithUni(failure -> {
            var isRetried = retries < config.retry().maxRetries()
                    && !call.sendDeadline.hasPassed()
                    && (isTransient(failure) || (call.read && failure instanceof CloudCallException.Unsettled))
                    && recordRetry(
                            call.service,
                            retryBudget(call.service, call.projectId).withdraw(System.nanoTime()));
            return isRetried
                    ? Uni.createFrom()
                            .voidItem()
                            .onItem()
                            .delayIt()
                            .by(fullJitter(retries))
                            .flatMap(_ -> callWithRetries(call, retries + 1))
                    : Uni.createFrom().failure(failure);
        });
    }

    private <T> Uni<T> callOnce(GuardedCall<T> call, int retries) {
        var serviceGuard = serviceGuard(call.service);
        var queueDeadline = Deadline.after(System.nanoTime(), call.sendDeadline.remaining(config.queueTimeout()));
        return Uni.createFrom()
                .deferred(() -> {
                    if (serviceGuard.breaker().remainingOpenTime().isPresent()) {
                        // Fails fast: a call that the breaker would reject does not wait in the queues first.
                        return Uni.createFrom().failure(serviceGuard.breaker().openException(null));
                    }
                    return call.lockout.acquire(queueDeadline.remaining(config.queueTimeout()));
                })
                .flatMap(usePermit -> awaitRate(serviceGuard, call, queueDeadline)
                        .flatMap(_ -> serviceGuard
                                .bulkhead()
                                .execute(
                                        call.projectId,
                                        queueDeadline.remaining(config.queueTimeout()),
                                        () -> serviceGuard
                                                .breaker()
                                                .call(() -> sendAndParse(serviceGuard, call, usePermit, retries))))
                        .onTermination()
                        .invoke(usePermit::release))
                .onFailure()
                .invoke(failure -> recordFailure(serviceGuard, call, failure));
    }

    private <T> Uni<T> sendAndParse(
            ServiceGuard serviceGuard, GuardedCall<T> call, CredentialLockoutGuard.UsePermit usePermit, int retries) {
        if (retries == 0) {
            retryBudget(call.service, call.projectId).deposit(System.nanoTime());
        }
        metrics.countSend(call.service);
        return call.send
                .apply(serviceGuard.transport())
                .invoke(usePermit::onResponse)
                .map(call.responseParser);
    }

    private Uni<Void> awaitRate(ServiceGuard serviceGuard, GuardedCall<?> call, Deadline queueDeadline) {
        var wait = serviceGuard
                .projectGuard(call.projectId)
                .rateLimiter(call.read)
                .reserve(queueDeadline.remaining(config.queueTimeout()), System.nanoTime());
        if (wait.isEmpty()) {
            return Uni.createFrom()
                    .failure(new NotStarted(
                            Reason.RATE_LIMITED,
                            "the cloud's rate limit does not allow the call within the queue timeout",
                            null,
                            null));
        }
        // Timers have a resolution of one millisecond and reject a delay of zero.
        return wait.get().isZero()
                ? Uni.createFrom().voidItem()
                : Uni.createFrom().voidItem().onItem().delayIt().by(wait.get().plusMillis(1));
    }

    private void recordFailure(ServiceGuard serviceGuard, GuardedCall<?> call, Throwable failure) {
        if (FailureClassifier.isThrottling(failure)) {
            serviceGuard
                    .projectGuard(call.projectId)
                    .rateLimiter(call.read)
                    .onThrottled(Objects.requireNonNullElse(failure.getMessage(), ""), System.nanoTime());
        }
        metrics.countFailure(call.service, failure);
    }

    private ServiceGuard serviceGuard(CloudService service) {
        return Objects.requireNonNull(serviceGuards.get(service));
    }

    private Duration fullJitter(int retries) {
        var maxMillis = config.retry().initialDelay().toMillis() << retries;
        return Duration.ofMillis(1 + ThreadLocalRandom.current().nextLong(Math.max(1, maxMillis)));
    }

    private static boolean isTransient(Throwable failure) {
        return failure instanceof NotStarted notStarted
                && (TRANSIENT.contains(notStarted.reason()) || FailureClassifier.isThrottling(notStarted));
    }

    /** Whether a failure counts towards opening the circuit breaker. */
    static boolean isBreakerFailure(Throwable failure) {
        return switch (failure) {
            case Refused _ -> false;
            case NotStarted notStarted -> !IGNORED_BY_BREAKER.contains(notStarted.reason());
            case MissingCredentialException _ -> false;
            default -> true;
        };
    }
}
