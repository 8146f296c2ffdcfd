package dev.attachgateway.access;

import dev.attachgateway.access.authentication.Authenticator;
import dev.attachgateway.access.authentication.NotAuthenticatedException;
import dev.attachgateway.access.ratelimit.RequestRateLimiter;
import dev.attachgateway.problem.type.ProblemException;
import dev.attachgateway.request.ClientAddressResolver;
import dev.attachgateway.request.ExchangeContext;
import dev.attachgateway.request.RequestId;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Authenticates, rate-limits and checks project access for {@code /v1}, {@code /v2} and {@code /operator} before routing, so
 * that an unauthenticated client learns nothing, not even which paths, methods and bodies the gateway supports.
 */
@ApplicationScoped
public class AuthenticationFilter {
    /** After Quarkus has prepared its own security (200), before every handler that responds. */
    private static final int PRIORITY = 150;

    private static final String CONTEXT_KEY = RequestContext.class.getName();

    /** Quarkus REST ignores matrix parameters ({@code /v1;a=b/…}) when it matches a resource, so this does as well. */
    private static final Pattern API_PATH =
            Pattern.compile("/(?:v[12](?:;[^/]*)?(?:/([^/;]*).*)?|operator(?:[;/].*)?)", Pattern.DOTALL);

    private final RequestRateLimiter rateLimiter;
    private final ProjectAccessFilter projectAccess;
    private final ClientAddressResolver addressResolver;

    AuthenticationFilter(
            RequestRateLimiter requestRateLimiter,
            ProjectAccessFilter projectAccess,
            ClientAddressResolver addressResolver) {
        this.rateLimiter = requestRateLimiter;
        this.projectAccess = projectAccess;
        this.addressResolver = addressResolver;
    }

    /**
     * Returns the context of a request that this filter has authenticated.
     *
     * @throws NotAuthenticatedException when the request is not authenticated
     */
    public static RequestContext contextOf(RoutingContext exchange) {
        RequestContext context = exchange.get(CONTEXT_KEY);
        if (context == null) {
            throw NotAuthenticatedException.missingCredential();
        }
        return context;
    }

    void register(@Observes Filters filters) {
        filters.register(this::handle, PRIORITY);
    }

    private void handle(RoutingContext exchange) {
        Matcher api = API_PATH.matcher(exchange.normalizedPath());
        if (!api.matches()) {
            exchange.next();
            return;
        }
        rateLimiter
                .authenticate(exchange)
                .emitOn(ExchangeContext.currentExecutor())
                .invoke(caller -> {
                    rateLimiter.charge(exchange, caller);
                    exchange.put(CONTEXT_KEY, toContext(exchange));
                    if (api.group(1) != null && !api.group(1).isEmpty()) {
                        projectAccess.require(exchange, api.group(1).toLowerCase(Locale.ROOT));
                    }
                })
                .subscribe()
                .with(_ -> exchange.next(), failure -> reject(exchange, failure));
    }

    private RequestContext toContext(RoutingContext exchange) {
        return new RequestContext(
                Authenticator.authenticatedCaller(exchange), RequestId.of(exchange), addressResolver.resolve(exchange));
    }

    private static void reject(RoutingContext exchange, Throwable failure) {
        if (exchange.response().ended()) {
            return;
        }
        ExchangeContext.drainBody(exchange.request());
        exchange.fail(
                failure instanceof ProblemException refusal ? refusal.type().status() : 503, failure);
    }
}
