package dev.attachgateway.access;

import dev.attachgateway.access.AccessConfig.LimitsConfig;
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
final class CallerQuota {
    static final int MOST_CALLERS = 10_000;
    private static final double HIGHEST_RATE = 1_000_000;
    private static final Set<HttpMethod> SAFE = Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS);

    private final Buckets<Key> buckets;
    private final int writeCost;
    private final String policy;

    private record Key(String issuer, String subject) {}

    @Inject
    CallerQuota(AccessConfig config) {
        LimitsConfig limits = config.limits();
        // Asked this way round, since a number that is none is not above anything.
        boolean isRate = limits.rate() > 0 && limits.rate() <= HIGHEST_RATE;
        if (!isRate || limits.writeCost() < 1 || limits.burst() < limits.writeCost()) {
            throw new ConfigurationException("access.limits has no room for a single write, or is none:"
                    + " rate has to be above 0 and 1000000 at most, write-cost 1 at least, and burst no less than"
                    + " write-cost.");
        }
        this.buckets = new Buckets<>(limits.burst(), limits.rate(), MOST_CALLERS);
        this.writeCost = limits.writeCost();
        this.policy =
                "\"caller\";q=%d;w=%d".formatted(limits.burst(), (long) Math.ceil(limits.burst() / limits.rate()));
    }

    /**
     * Takes what the request costs.
     *
     * @throws TooManyRequests when the caller has not so much left
     */
    void charge(RoutingContext exchange, Caller caller) {
        int cost = SAFE.contains(exchange.request().method()) ? 1 : writeCost;
        Buckets.Level level = buckets.take(new Key(caller.issuer(), caller.subject()), cost, System.nanoTime());
        HttpServerResponse response = exchange.response();
        response.putHeader("RateLimit-Policy", policy);
        response.putHeader("RateLimit", "\"caller\";r=%d;t=%d".formatted(level.left(), seconds(level.untilFull())));
        if (!level.allowed()) {
            throw new TooManyRequests(TooManyRequests.Of.CALLER, level.untilAllowed());
        }
    }

    /** Upwards: what is promised for a second is there when it has passed. */
    private static long seconds(Duration duration) {
        return duration.plusMillis(999).toSeconds();
    }
}
