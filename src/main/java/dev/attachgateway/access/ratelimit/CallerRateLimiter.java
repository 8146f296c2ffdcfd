package dev.attachgateway.access.ratelimit;

import dev.attachgateway.access.authentication.Caller;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Set;

/**
 * Limits the request rate of each caller at this replica, and reports it in the fields of the IETF's draft "RateLimit header
 * fields for HTTP" (draft-ietf-httpapi-ratelimit-headers-10).
 */
@Singleton
public final class CallerRateLimiter {
    static final int MAX_CALLERS = 10_000;
    private static final double MAX_RATE = 1_000_000;
    private static final Set<HttpMethod> SAFE_METHODS = Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS);

    private final TokenBuckets<Key> buckets;
    private final int writeCost;
    private final String policyHeader;

    private record Key(String issuer, String subject) {}

    /**
     * Creates the limiter.
     *
     * @throws ConfigurationException when a limit is out of range or the burst is too small for a single write
     */
    @Inject
    public CallerRateLimiter(RateLimitConfig limits) {
        // Written this way round so that NaN, for which every comparison is false, is rejected.
        boolean isValidRate = limits.rate() > 0 && limits.rate() <= MAX_RATE;
        if (!isValidRate || limits.writeCost() < 1 || limits.burst() < limits.writeCost()) {
            throw new ConfigurationException("access.limits is invalid or too small for a single write:"
                    + " rate must be greater than 0 and at most 1000000, write-cost at least 1, and burst at least"
                    + " write-cost.");
        }
        this.buckets = new TokenBuckets<>(limits.burst(), limits.rate(), MAX_CALLERS);
        this.writeCost = limits.writeCost();
        this.policyHeader =
                "\"caller\";q=%d;w=%d".formatted(limits.burst(), (long) Math.ceil(limits.burst() / limits.rate()));
    }

    /**
     * Takes the cost of the request from the caller's bucket.
     *
     * @throws RateLimitExceededException when the bucket has too little left
     */
    void charge(RoutingContext exchange, Caller caller) {
        int cost = SAFE_METHODS.contains(exchange.request().method()) ? 1 : writeCost;
        TokenBuckets.BucketState bucketState =
                buckets.tryConsume(new Key(caller.issuer(), caller.subject()), cost, System.nanoTime());
        HttpServerResponse response = exchange.response();
        response.putHeader("RateLimit-Policy", policyHeader);
        response.putHeader(
                "RateLimit",
                "\"caller\";r=%d;t=%d".formatted(bucketState.remaining(), ceilSeconds(bucketState.untilFull())));
        if (!bucketState.allowed()) {
            throw new RateLimitExceededException(RateLimitExceededException.Scope.CALLER, bucketState.retryAfter());
        }
    }

    /** Rounded up, so that the quota is available when the reported seconds have passed. */
    private static long ceilSeconds(Duration duration) {
        return duration.plusMillis(999).toSeconds();
    }
}
