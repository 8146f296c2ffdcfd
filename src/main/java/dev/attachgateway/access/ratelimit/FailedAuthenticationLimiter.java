package dev.attachgateway.access.ratelimit;

import dev.attachgateway.request.ClientAddressResolver;
import dev.attachgateway.request.NetworkPrefix;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;

/**
 * Bounds how many credentials of one network are looked at and found wanting. Only failures count, and what was found good
 * of late is looked at in any case, so that callers do not pay for their neighbours. Where too many have failed, one
 * new credential is looked at whenever the network has one failure to spare again.
 */
@Singleton
final class FailedAuthenticationLimiter {
    static final int MAX_NETWORKS = 10_000;
    private static final double SECONDS_PER_MINUTE = Duration.ofMinutes(1).toSeconds();

    private final ClientAddressResolver addressResolver;
    private final TokenBuckets<String> failureBuckets;
    private final VerifiedCredentialCache verifiedCredentials = new VerifiedCredentialCache();

    @Inject
    FailedAuthenticationLimiter(RateLimitConfig config, ClientAddressResolver client) {
        this.addressResolver = client;
        int most = config.maxFailuresPerMinute();
        if (most < 1) {
            throw new ConfigurationException(
                    "access.limits.max-failures-per-minute has to be 1 at least, or no new caller is let in.");
        }
        this.failureBuckets = new TokenBuckets<>(most, most / SECONDS_PER_MINUTE, MAX_NETWORKS);
    }

    /**
     * Before a credential is looked at.
     *
     * @throws RateLimitExceededException when it is not to be
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
