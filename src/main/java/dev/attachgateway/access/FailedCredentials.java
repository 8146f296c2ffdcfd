package dev.attachgateway.access;

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
final class FailedCredentials {
    static final int MOST_NETWORKS = 10_000;
    private static final double MINUTE = Duration.ofMinutes(1).toSeconds();

    private final ClientAddress client;
    private final Buckets<String> failures;
    private final KnownCredentials known = new KnownCredentials();

    @Inject
    FailedCredentials(AccessConfig config, ClientAddress client) {
        this.client = client;
        int most = config.limits().failures();
        if (most < 1) {
            throw new ConfigurationException(
                    "access.limits.failures has to be 1 at least, or no new caller is let in.");
        }
        this.failures = new Buckets<>(most, most / MINUTE, MOST_NETWORKS);
    }

    /**
     * Before a credential is looked at.
     *
     * @throws TooManyRequests when it is not to be
     */
    void pass(RoutingContext exchange) {
        var level = failures.look(network(exchange), 1, System.nanoTime());
        if (!level.allowed() && !known.has(exchange.request())) {
            throw new TooManyRequests(TooManyRequests.Of.NETWORK, level.untilAllowed());
        }
    }

    void succeeded(RoutingContext exchange) {
        known.add(exchange.request());
    }

    void failed(RoutingContext exchange) {
        known.remove(exchange.request());
        failures.take(network(exchange), 1, System.nanoTime());
    }

    private String network(RoutingContext exchange) {
        return Network.of(client.of(exchange));
    }
}
