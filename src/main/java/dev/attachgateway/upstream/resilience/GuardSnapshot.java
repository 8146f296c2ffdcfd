package dev.attachgateway.upstream.resilience;

import dev.attachgateway.upstream.http.CloudService;
import io.smallrye.faulttolerance.api.CircuitBreakerState;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * The current state of a service's guards on this replica.
 *
 * @param breakerState the state of the circuit breaker, without the override
 * @param override the operator's override of the circuit breaker
 * @param timeUntilProbe the time until the breaker admits a probe, zero if the next call is one; empty unless it is
 *     open without an override
 * @param running calls in flight
 * @param waiting calls that wait for a slot of the bulkhead
 * @param projects projects with recent calls; only for callers with read access to all projects
 */
public record GuardSnapshot(
        CloudService service,
        CircuitBreakerState breakerState,
        BreakerOverride override,
        Optional<Duration> timeUntilProbe,
        int running,
        int waiting,
        List<ProjectSnapshot> projects) {

    /**
     * The state of one project's guards.
     *
     * @param availableRetries the balance of the retry budget, in retries
     * @param readsPerSecond the learnt rate limit of reads; empty while there is none
     * @param writesPerSecond the learnt rate limit of writes; empty while there is none
     */
    public record ProjectSnapshot(
            String projectId, double availableRetries, OptionalDouble readsPerSecond, OptionalDouble writesPerSecond) {
        static ProjectSnapshot of(
                String projectId, double availableRetries, double readsPerSecond, double writesPerSecond) {
            return new ProjectSnapshot(
                    projectId, availableRetries, emptyIfInfinite(readsPerSecond), emptyIfInfinite(writesPerSecond));
        }

        private static OptionalDouble emptyIfInfinite(double perSecond) {
            return Double.isInfinite(perSecond) ? OptionalDouble.empty() : OptionalDouble.of(perSecond);
        }
    }
}
