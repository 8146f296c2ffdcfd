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

/** Limits the rate of requests: by network until a request is authenticated, by caller from then on. */
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
            FailedAuthenticationLimiter failureLimiter,
            CallerRateLimiter callerLimiter,
            AuditLog auditLog,
            ClientAddressResolver addressResolver,
            MeterRegistry meters) {
        this.authenticator = authenticator;
        this.failureLimiter = failureLimiter;
        this.callerLimiter = callerLimiter;
        this.auditLog = auditLog;
        this.addressResolver = addressResolver;
        this.meters = meters;
    }

    /** Authenticates a request; fails as {@link Authenticator#authenticate} does, or with {@link RateLimitExceededException}. */
    public Uni<Caller> authenticate(RoutingContext exchange) {
        return guardAuthentication(exchange, () -> authenticator.authenticate(exchange))
                .invoke(_ -> failureLimiter.recordSuccess(exchange));
    }

    /**
     * Runs an authentication unless too many from the same network have failed; a failure is counted and audited. Fails as the
     * authentication does, or with {@link RateLimitExceededException}.
     */
    public <T> Uni<T> guardAuthentication(RoutingContext exchange, Supplier<Uni<T>> authentication) {
        return Uni.createFrom()
                .deferred(() -> {
                    failureLimiter.checkAllowed(exchange);
                    return authentication.get();
                })
                .onFailure()
                .invoke(failure -> handleFailure(exchange, failure));
    }

    /**
     * Charges the request to its caller, and reports the remaining quota in the response headers.
     *
     * @throws RateLimitExceededException when the remaining quota is too small
     */
    public void charge(RoutingContext exchange, Caller caller) {
        try {
            callerLimiter.charge(exchange, caller);
        } catch (RateLimitExceededException e) {
            countThrottled(e);
            throw e;
        }
    }

    private void handleFailure(RoutingContext exchange, Throwable failure) {
        switch (failure) {
            case RateLimitExceededException exceeded -> {
                countThrottled(exceeded);
                auditFailure(exchange, "too many failed credentials");
            }
            case NotAuthenticatedException _ -> countFailure(exchange, "not authenticated");
            case ConflictingCredentialsException _ -> countFailure(exchange, "credentials disagree");
            case AuthorizationUnavailableException _ -> auditFailure(exchange, "credential could not be checked");
            default -> {
                // The failure does not concern the credential.
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

    private void countThrottled(RateLimitExceededException exceeded) {
        meters.counter(METER, "by", exceeded.scope().wireName()).increment();
    }
}
