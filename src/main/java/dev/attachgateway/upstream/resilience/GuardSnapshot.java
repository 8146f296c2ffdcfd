package dev.attachgateway.upstream.resilience;

import dev.attachgateway.upstream.http.CloudService;
import io.smallrye.faulttolerance.api.CircuitBreakerState;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What stands between the gateway and one service of the cloud now, on this replica.
 *
 * @param breaker what the service's health has made of the circuit breaker
 * @param forced what an operator has made of it
 * @param nextProbe how long until a call is let through as a probe, zero when the next one is; empty unless it is open
 * @param running calls under way
 * @param waiting calls that wait for one of them to end
 * @param projects those that called lately; for whoever may see all of them
 */
public record GuardSnapshot(
        CloudService service,
        CircuitBreakerState breaker,
        BreakerOverride forced,
        Optional<Duration> nextProbe,
        int running,
        int waiting,
        List<Project> projects) {

    /**
     * One project's part.
     *
     * @param budget repetitions that may be made at once
     * @param readsPerSecond the rate that the cloud was seen to allow; empty while none was throttled
     * @param writesPerSecond the same for writes
     */
    public record Project(
            String projectId, double budget, OptionalDouble readsPerSecond, OptionalDouble writesPerSecond) {
        static Project of(String projectId, double budget, double reads, double writes) {
            return new Project(projectId, budget, finite(reads), finite(writes));
        }

        private static OptionalDouble finite(double perSecond) {
            return Double.isInfinite(perSecond) ? OptionalDouble.empty() : OptionalDouble.of(perSecond);
        }
    }
}
