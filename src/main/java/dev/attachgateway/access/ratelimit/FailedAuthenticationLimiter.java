package dev.attachgateway.access.ratelimit;

import dev.attachgateway.request.ClientAddressResolver;
import dev.attachgateway.request.NetworkPrefix;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;

/**
 * Limits failed authentications by network. Only failures count, and credentials that were verified recently are exempt, so
 * that callers do not pay for others in their network. Above the limit, one new credential is verified each time that the
 * network's bucket has refilled by one failure.
 */
@Singleton
final class FailedAuthenticationLimiter {
    static final int MAX_NETWORKS = 10_000;
    private static final double SECONDS_PER_MINUTE = Duration.ofMinutes(1).toSeconds();

    private final ClientAddressResolver addressResolver;
    private final TokenBuckets<String> failureBuckets;
    private final VerifiedCredentialCache verifiedCredentials = new VerifiedCredentialCache();

    @Inject
    FailedAuthenticationLimiter(RateLimitConfig config, ClientAddressResolver addressResolver) {
        this.addressResolver = addressResolver;
        int maxFailures = config.maxFailuresPerMinute();
        if (maxFailures < 1) {
            throw new ConfigurationException(
                    "access.limits.max-failures-per-minute must be at least 1, or no new caller can authenticate.");
        }
        this.failureBuckets = new TokenBuckets<>(maxFailures, maxFailures / SECONDS_PER_MINUTE, MAX_NETWORKS);
    }

    /**
     * Checks the limit before a credential is verified.
     *
     * @throws RateLimitExceededException when the network is above the limit and the credential was not verified recently
     */
    void checkAllowed(RoutingContext exchange) {
        var bucketState = failureBuckets.peek(network(exchange), 1, System.nanoTime());
        if (!bucketState.allowed() && !verifiedCredentials.contains(exchange.request())) {
            throw new RateLimitExceededException(RateLimitExceededException.Scope.NETWORK, bucketState.retryAfter());
        }
    }

    void recordSuccess(RoutingContext exchange) {
        verifiedCredentials.add(exchange.request());
    }

    void recordFailure(RoutingContext exchange) {
        verifiedCredentials.remove(exchange.request());
        failureBuckets.tryConsume(network(exchange), 1, System.nanoTime());
    }

    private String network(RoutingContext exchange) {
        return NetworkPrefix.of(addressResolver.resolve(exchange));
    }
}
