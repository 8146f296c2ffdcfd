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
 * How many requests a caller may send to this replica, told to it in the fields of the IETF's draft "RateLimit header fields
 * for HTTP" (draft-ietf-httpapi-ratelimit-headers-10).
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

    @Inject
    public CallerRateLimiter(RateLimitConfig limits) {
        // Asked this way round, since a number that is none is not above anything.
        boolean isRate = limits.rate() > 0 && limits.rate() <= MAX_RATE;
        if (!isRate || limits.writeCost() < 1 || limits.burst() < limits.writeCost()) {
            throw new ConfigurationException("access.limits has no room for a single write, or is none:"
                    + " rate has to be above 0 and 1000000 at most, write-cost 1 at least, and burst no less than"
                    + " write-cost.");
        }
        this.buckets = new TokenBuckets<>(limits.burst(), limits.rate(), MAX_CALLERS);
        this.writeCost = limits.writeCost();
        this.policyHeader =
                "\"caller\";q=%d;w=%d".formatted(limits.burst(), (long) Math.ceil(limits.burst() / limits.rate()));
    }

    /**
     * Takes what the request costs.
     *
     * @throws RateLimitExceededException when the caller has not so much left
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

    /** Upwards: what is promised for a second is there when it has passed. */
    private static long ceilSeconds(Duration duration) {
        return duration.plusMillis(999).toSeconds();
    }
}
