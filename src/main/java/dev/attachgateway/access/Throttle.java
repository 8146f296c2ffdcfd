package dev.attachgateway.access;

import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.Startup;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import java.util.function.Supplier;

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
        return look(exchange, () -> doorman.caller(exchange)).invoke(known -> failures.succeeded(exchange));
    }

    /** Has a credential looked at, unless too many of its network have failed; one that fails is counted and put on record. */
    <T> Uni<T> look(RoutingContext exchange, Supplier<Uni<T>> at) {
        return Uni.createFrom()
                .deferred(() -> {
                    failures.pass(exchange);
                    return at.get();
                })
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
        switch (refusal) {
            case TooManyRequests tooMany -> {
                count(tooMany);
                record(exchange, "too many failed credentials");
            }
            case NotAuthenticated no -> failed(exchange, "not authenticated");
            case CredentialsDisagree no -> failed(exchange, "credentials disagree");
            case AccessUndecided no -> record(exchange, "credential could not be checked");
            default -> {
                // No credential was looked at, or it was good.
            }
        }
    }

    private void failed(RoutingContext exchange, String reason) {
        failures.failed(exchange);
        record(exchange, reason);
    }

    private void record(RoutingContext exchange, String reason) {
        audit.countAnonymous(client.of(exchange), reason);
    }

    private void count(TooManyRequests refusal) {
        meters.counter(METER, "by", refusal.of().word()).increment();
    }
}
