package dev.attachgateway.access;

import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.Startup;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;

/** Lets nobody in more often than it may: by network as long as it is unknown who asks, by caller from then on. */
@Startup
@Singleton
final class Throttle {
    private static final String METER = "access.throttled";

    private final Doorman doorman;
    private final FailedCredentials failures;
    private final CallerQuota quota;
    private final Audit audit;
    private final ClientAddress client;
    private final MeterRegistry meters;

    Throttle(
            Doorman doorman,
            FailedCredentials failures,
            CallerQuota quota,
            Audit audit,
            ClientAddress client,
            MeterRegistry meters) {
        this.doorman = doorman;
        this.failures = failures;
        this.quota = quota;
        this.audit = audit;
        this.client = client;
        this.meters = meters;
    }

    /** Who sent this request; fails as {@link Doorman#caller} does, and with {@link TooManyRequests}. */
    Uni<Caller> caller(RoutingContext exchange) {
        return Uni.createFrom()
                .deferred(() -> {
                    failures.pass(exchange);
                    return doorman.caller(exchange);
                })
                .invoke(known -> failures.succeeded(exchange))
                .onFailure()
                .invoke(refusal -> refused(exchange, refusal));
    }

    /**
     * Charges the request to its caller, and tells it on the answer what is left.
     *
     * @throws TooManyRequests when there is too little
     */
    void charge(RoutingContext exchange, Caller caller) {
        try {
            quota.charge(exchange, caller);
        } catch (TooManyRequests refusal) {
            count(refusal);
            throw refusal;
        }
    }

    private void refused(RoutingContext exchange, Throwable refusal) {
        if (refusal instanceof TooManyRequests tooMany) {
            count(tooMany);
            audit.countAnonymous(client.of(exchange), "too many failed credentials");
        } else if (refusal instanceof NotAuthenticated || refusal instanceof CredentialsDisagree) {
            failures.failed(exchange);
        }
    }

    private void count(TooManyRequests refusal) {
        meters.counter(METER, "by", refusal.of().word()).increment();
    }
}
