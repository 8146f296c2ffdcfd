package dev.attachgateway.access.ratelimit;

import dev.attachgateway.access.audit.AuditLog;
import dev.attachgateway.access.authentication.Authenticator;
import dev.attachgateway.access.authentication.AuthorizationUnavailableException;
import dev.attachgateway.access.authentication.Caller;
import dev.attachgateway.access.authentication.ConflictingCredentialsException;
import dev.attachgateway.access.authentication.NotAuthenticatedException;
import dev.attachgateway.request.ClientAddressResolver;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.Startup;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import java.util.function.Supplier;

/** Lets nobody in more often than it may: by network as long as it is unknown who asks, by caller from then on. */
@Startup
@Singleton
public final class RequestRateLimiter {
    private static final String METER = "access.throttled";

    private final Authenticator authenticator;
    private final FailedAuthenticationLimiter failureLimiter;
    private final CallerRateLimiter callerLimiter;
    private final AuditLog auditLog;
    private final ClientAddressResolver addressResolver;
    private final MeterRegistry meters;

    RequestRateLimiter(
            Authenticator authenticator,
            FailedAuthenticationLimiter failures,
            CallerRateLimiter quota,
            AuditLog audit,
            ClientAddressResolver client,
            MeterRegistry meters) {
        this.authenticator = authenticator;
        this.failureLimiter = failures;
        this.callerLimiter = quota;
        this.auditLog = audit;
        this.addressResolver = client;
        this.meters = meters;
    }

    /** Who sent this request; fails as {@link Authenticator#authenticate} does, and with {@link RateLimitExceededException}. */
    public Uni<Caller> authenticate(RoutingContext exchange) {
        return guardAuthentication(exchange, () -> authenticator.authenticate(exchange))
                .invoke(known -> failureLimiter.recordSuccess(exchange));
    }

    /** Has a credential looked at, unless too many of its network have failed; one that fails is counted and put on record. */
    public <T> Uni<T> guardAuthentication(RoutingContext exchange, Supplier<Uni<T>> at) {
        return Uni.createFrom()
                .deferred(() -> {
                    failureLimiter.checkAllowed(exchange);
                    return at.get();
                })
                .onFailure()
                .invoke(refusal -> handleFailure(exchange, refusal));
    }

    /**
     * Charges the request to its caller, and tells it on the answer what is left.
     *
     * @throws RateLimitExceededException when there is too little
     */
    public void charge(RoutingContext exchange, Caller caller) {
        try {
            callerLimiter.charge(exchange, caller);
        } catch (RateLimitExceededException refusal) {
            countThrottled(refusal);
            throw refusal;
        }
    }

    private void handleFailure(RoutingContext exchange, Throwable refusal) {
        switch (refusal) {
            case RateLimitExceededException tooMany -> {
                countThrottled(tooMany);
                auditFailure(exchange, "too many failed credentials");
            }
            case NotAuthenticatedException no -> countFailure(exchange, "not authenticated");
            case ConflictingCredentialsException no -> countFailure(exchange, "credentials disagree");
            case AuthorizationUnavailableException no -> auditFailure(exchange, "credential could not be checked");
            default -> {
                // No credential was looked at, or it was good.
            }
        }
    }

    private void countFailure(RoutingContext exchange, String reason) {
        failureLimiter.recordFailure(exchange);
        auditFailure(exchange, reason);
    }

    private void auditFailure(RoutingContext exchange, String reason) {
        auditLog.countAnonymous(addressResolver.resolve(exchange), reason);
    }

    private void countThrottled(RateLimitExceededException refusal) {
        meters.counter(METER, "by", refusal.scope().wireName()).increment();
    }
}
