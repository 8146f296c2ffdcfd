package dev.attachgateway.upstream.resilience;

import dev.attachgateway.upstream.credential.MissingCredentialException;
import dev.attachgateway.upstream.http.CloudCallException;
import dev.attachgateway.upstream.http.CloudCallException.NotStarted;
import dev.attachgateway.upstream.http.CloudCallException.NotStarted.Why;
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
import java.util.ArrayList;
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
 * What stands between the gateway and each service of the cloud: leave to use the credential, the rate the cloud allows, a
 * bulkhead, a circuit breaker that counts only ill health, and repetition within a budget. A read may be repeated whatever
 * happened; a write only when it surely did not begin.
 */
@ApplicationScoped
@Startup
public class CloudGuards {
    /** Reasons of our own, or a cloud that asks for patience: neither says that the service is ill. */
    private static final Set<Why> HEALTHY = Set.of(
            Why.CROWDED, Why.THROTTLED, Why.BUSY, Why.TOKEN_STALE, Why.TOO_LATE, Why.BREAKER_OPEN, Why.CREDENTIAL);

    /** What a moment's wait within the same step can mend; the rest waits for a later step. */
    private static final Set<Why> PASSING = Set.of(Why.UNREACHABLE, Why.BUSY, Why.CREDENTIAL_SERVICE);

    private final UpstreamConfig config;
    private final GuardMetrics metrics;
    private final Map<CloudService, ServiceGuard> gates = new EnumMap<>(CloudService.class);

    CloudGuards(Vertx vertx, UpstreamConfig config, CloudClock clock, GuardMetrics metrics) {
        this.config = config;
        this.metrics = metrics;
        for (var service : CloudService.values()) {
            var serviceGuard = new ServiceGuard(vertx, service, config, clock);
            gates.put(service, serviceGuard);
            metrics.watch(service, serviceGuard);
        }
    }

    /**
     * One call.
     *
     * @param lockout of the credential it carries
     * @param before no byte of it leaves after that, and it waits for no turn beyond it
     * @param read whether it changes nothing
     * @param exchange sends it once
     * @param reading makes the result of an answer, or throws what the answer is instead
     */
    public record Call<T>(
            CloudService service,
            String projectId,
            CredentialLockoutGuard lockout,
            Deadline before,
            boolean read,
            Function<HttpTransport, Uni<CloudResponse>> exchange,
            Function<CloudResponse, T> reading) {}

    /** Makes the call, and repeats it while it may. */
    public <T> Uni<T> call(Call<T> call) {
        return attempt(call, 0);
    }

    /**
     * How long it is until a call to the cloud can pass again, when one of its services is known to be ill or an operator
     * holds its breaker open; empty when calls may pass, be it as a probe.
     */
    public Optional<Duration> closedFor() {
        return gates.values().stream()
                .flatMap(serviceGuard -> serviceGuard.breaker().closedFor().stream())
                .max(Duration::compareTo);
    }

    /**
     * Takes the repetition of a whole step, which calls the services one after another, from their retry budgets in a project.
     *
     * @return false when one is empty: what is to be repeated has to wait
     */
    public boolean withdraw(String projectId, CloudService... services) {
        var now = System.nanoTime();
        var taken = new ArrayList<CloudService>();
        for (var service : services) {
            if (!budget(service, projectId).withdrawStep(now)) {
                taken.forEach(other -> budget(other, projectId).putBackStep(now));
                return granted(service, false);
            }
            taken.add(service);
        }
        taken.forEach(service -> granted(service, true));
        return true;
    }

    private boolean granted(CloudService service, boolean granted) {
        metrics.repeated(service, granted);
        return granted;
    }

    private RetryBudget budget(CloudService service, String projectId) {
        return gate(service).lane(projectId).budget();
    }

    /** What an operator wants of a service's circuit breaker, on this replica, until it is taken back or it restarts. */
    public void force(CloudService service, BreakerOverride breakerOverride) {
        gate(service).breaker().force(breakerOverride);
    }

    /** All services as they stand now, on this replica. */
    public List<GuardSnapshot> view() {
        return Arrays.stream(CloudService.values())
                .map(service -> gate(service).view(service))
                .toList();
    }

    private <T> Uni<T> attempt(Call<T> call, int round) {
        return once(call, round).onFailure().recoverWithUni(failure -> {
            var again = round < config.retry().maxRetries()
                    && !call.before.isOver()
                    && (isPassing(failure) || (call.read && failure instanceof CloudCallException.Unsettled))
                    && granted(
                            call.service, budget(call.service, call.projectId).withdraw(System.nanoTime()));
            return again
                    ? Uni.createFrom()
                            .voidItem()
                            .onItem()
                            .delayIt()
                            .by(fullJitter(round))
                            .flatMap(waited -> attempt(call, round + 1))
                    : Uni.createFrom().failure(failure);
        });
    }

    private <T> Uni<T> once(Call<T> call, int round) {
        var serviceGuard = gate(call.service);
        var turnBefore = Deadline.after(System.nanoTime(), call.before.left(config.queueTimeout()));
        return Uni.createFrom()
                .deferred(() -> {
                    if (serviceGuard.breaker().closedFor().isPresent()) {
                        // Nobody waits for a turn that leads nowhere.
                        return Uni.createFrom().failure(serviceGuard.breaker().open(null));
                    }
                    return call.lockout.enter(turnBefore.left(config.queueTimeout()));
                })
                .flatMap(turn -> paced(serviceGuard, call, turnBefore)
                        .flatMap(paced -> serviceGuard
                                .bulkhead()
                                .within(
                                        call.projectId,
                                        turnBefore.left(config.queueTimeout()),
                                        () -> serviceGuard
                                                .breaker()
                                                .call(() -> exchange(serviceGuard, call, turn, round))))
                        .onTermination()
                        .invoke(turn::end))
                .onFailure()
                .invoke(failure -> failed(serviceGuard, call, failure));
    }

    private <T> Uni<T> exchange(ServiceGuard serviceGuard, Call<T> call, CredentialLockoutGuard.Turn turn, int round) {
        if (round == 0) {
            budget(call.service, call.projectId).deposit(System.nanoTime());
        }
        metrics.sent(call.service);
        return call.exchange.apply(serviceGuard.wire()).invoke(turn::answered).map(call.reading);
    }

    private Uni<Void> paced(ServiceGuard serviceGuard, Call<?> call, Deadline before) {
        var wait = serviceGuard
                .lane(call.projectId)
                .rate(call.read)
                .take(before.left(config.queueTimeout()), System.nanoTime());
        if (wait.isEmpty()) {
            return Uni.createFrom()
                    .failure(new NotStarted(
                            Why.THROTTLED, "the cloud's rate limit leaves no room for it in time", null, null));
        }
        // A timer counts in whole milliseconds, and takes none for an error.
        return wait.get().isZero()
                ? Uni.createFrom().voidItem()
                : Uni.createFrom().voidItem().onItem().delayIt().by(wait.get().plusMillis(1));
    }

    private void failed(ServiceGuard serviceGuard, Call<?> call, Throwable failure) {
        if (FailureClassifier.isThrottling(failure)) {
            serviceGuard
                    .lane(call.projectId)
                    .rate(call.read)
                    .throttled(Objects.requireNonNullElse(failure.getMessage(), ""), System.nanoTime());
        }
        metrics.failed(call.service, failure);
    }

    private ServiceGuard gate(CloudService service) {
        return Objects.requireNonNull(gates.get(service));
    }

    private Duration fullJitter(int round) {
        var most = config.retry().initialDelay().toMillis() << round;
        return Duration.ofMillis(1 + ThreadLocalRandom.current().nextLong(Math.max(1, most)));
    }

    private static boolean isPassing(Throwable failure) {
        return failure instanceof NotStarted notStarted
                && (PASSING.contains(notStarted.why()) || FailureClassifier.isThrottling(notStarted));
    }

    static boolean isIllHealth(Throwable failure) {
        return switch (failure) {
            case Refused refused -> false;
            case NotStarted notStarted -> !HEALTHY.contains(notStarted.why());
            case MissingCredentialException missing -> false;
            default -> !FailureClassifier.isThrottling(failure);
        };
    }
}
