package dev.attachgateway.access.session;

import dev.attachgateway.access.authentication.AuthorizationUnavailableException;
import dev.attachgateway.access.authentication.Caller;
import dev.attachgateway.access.authentication.NotAuthenticatedException;
import dev.attachgateway.access.browser.CorsFilter;
import dev.attachgateway.access.browser.CsrfProtection;
import dev.attachgateway.access.oidc.BearerTokenAuthentication;
import dev.attachgateway.access.oidc.OidcTenantResolver;
import dev.attachgateway.access.ratelimit.RequestRateLimiter;
import dev.attachgateway.problem.type.ProblemException;
import dev.attachgateway.problem.type.ProblemType;
import dev.attachgateway.request.ExchangeContext;
import io.quarkus.oidc.OidcTenantConfig;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.vertx.http.runtime.security.HttpAuthenticator;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Handler;
import io.vertx.core.http.Cookie;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/**
 * Login and logout of browsers: {@code GET /session/login} redirects to the issuer, which redirects back to
 * {@code /session/callback}, where a session is created. Each login creates a new session and deletes the browser's old one.
 */
@ApplicationScoped
class LoginRoutes {
    static final String LOGIN_PATH = "/session/login";
    static final String CALLBACK_PATH = "/session/callback";
    static final String LOGOUT_PATH = "/session/logout";

    private static final Logger LOG = Logger.getLogger(LoginRoutes.class);
    private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(10);
    private static final String RETURN_TO_PARAMETER = "return_to";

    /** Observers without a priority have 2500. */
    private static final int ROUTER_OBSERVER_PRIORITY = 3000;

    private final LoginOidcTenant loginTenant;
    private final HttpAuthenticator httpAuthenticator;
    private final SessionStore sessionStore;
    private final SessionConfig config;
    private final CorsFilter corsFilter;
    private final CsrfProtection csrfProtection;
    private final RequestRateLimiter rateLimiter;

    LoginRoutes(
            LoginOidcTenant loginTenant,
            HttpAuthenticator httpAuthenticator,
            SessionStore sessionStore,
            SessionConfig config,
            CorsFilter corsFilter,
            CsrfProtection csrfProtection,
            RequestRateLimiter rateLimiter) {
        this.loginTenant = loginTenant;
        this.httpAuthenticator = httpAuthenticator;
        this.sessionStore = sessionStore;
        this.config = config;
        this.corsFilter = corsFilter;
        this.csrfProtection = csrfProtection;
        this.rateLimiter = rateLimiter;
    }

    /** After the sandbox, whose response to a path that cannot be its own is more specific. */
    void register(@Observes @Priority(ROUTER_OBSERVER_PRIORITY) Router router) {
        loginTenant.config().ifPresent(issuer -> {
            addRoute(router, HttpMethod.GET, LOGIN_PATH, exchange -> login(exchange, issuer));
            addRoute(router, HttpMethod.GET, CALLBACK_PATH, exchange -> callback(exchange, issuer));
            addRoute(router, HttpMethod.POST, LOGOUT_PATH, this::logout);
        });
    }

    private static void addRoute(Router router, HttpMethod method, String path, Handler<RoutingContext> handler) {
        router.route(method, path).handler(handler);
        router.route(path).handler(exchange -> {
            exchange.response().putHeader("Allow", method.name());
            exchange.fail(405);
        });
    }

    private void login(RoutingContext exchange, OidcTenantConfig issuer) {
        runWithTimeout(exchange, () -> {
            List<String> parameters = exchange.queryParam(RETURN_TO_PARAMETER);
            String returnUrl = parameters.isEmpty() ? ReturnUrl.HOME : parameters.getFirst();
            if (ReturnUrl.validate(returnUrl, corsFilter::isAllowed).isEmpty()) {
                throw new ProblemException(
                        ProblemType.INVALID_REQUEST,
                        "return_to must be a path of the gateway or a URL of an origin in access.origins.");
            }
            OidcTenantResolver.setTenant(exchange, issuer);
            return httpAuthenticator
                    .sendChallenge(exchange)
                    .onFailure()
                    .transform(LoginFailureClassifier::issuerUnavailable)
                    .<Runnable>map(_ -> () -> {
                        ReturnUrl.storeInCookie(exchange, returnUrl);
                        exchange.response().end();
                    });
        });
    }

    private void callback(RoutingContext exchange, OidcTenantConfig issuer) {
        runWithTimeout(exchange, () -> {
            OidcTenantResolver.setTenant(exchange, issuer);
            return rateLimiter
                    .guardAuthentication(
                            exchange,
                            () -> httpAuthenticator
                                    .attemptAuthentication(exchange)
                                    .onItem()
                                    .ifNull()
                                    .failWith(NotAuthenticatedException::loginFailed)
                                    .onFailure()
                                    .transform(LoginFailureClassifier::classify)
                                    .map(this::toCaller))
                    .call(caller -> SessionCookieAuthentication.readToken(exchange.request())
                            .map(sessionStore::delete)
                            .orElseGet(() -> Uni.createFrom().voidItem()))
                    .flatMap(caller ->
                            sessionStore.create(caller).invoke(_ -> LOG.infof("login caller=%s", caller.displayName())))
                    .<Runnable>map(session -> () -> {
                        String returnUrl = ReturnUrl.takeFromCookie(exchange, corsFilter::isAllowed);
                        removeQuarkusSessionCookies(exchange);
                        SessionCookieAuthentication.setCookie(exchange, session, config.ttl());
                        exchange.response()
                                .setStatusCode(303)
                                .putHeader("Location", returnUrl)
                                .end();
                    });
        });
    }

    private void logout(RoutingContext exchange) {
        runWithTimeout(exchange, () -> {
            // With or without a cookie: the response removes it from the browser.
            csrfProtection.check(exchange.request());
            return SessionCookieAuthentication.readToken(exchange.request())
                    .map(sessionStore::delete)
                    .orElseGet(() -> Uni.createFrom().voidItem())
                    .<Runnable>map(_ -> () -> {
                        SessionCookieAuthentication.clearCookie(exchange);
                        exchange.response().setStatusCode(204).end();
                    });
        });
    }

    private Caller toCaller(SecurityIdentity identity) {
        return BearerTokenAuthentication.token(identity)
                .flatMap(token ->
                        BearerTokenAuthentication.caller(config.issuer().orElseThrow(), token))
                .orElseThrow(NotAuthenticatedException::loginFailed);
    }

    /** Runs the response on the exchange's own context; the issuer may have responded on another. */
    private void runWithTimeout(RoutingContext exchange, Supplier<Uni<? extends Runnable>> work) {
        exchange.response().putHeader("Cache-Control", "no-store").putHeader("Referrer-Policy", "no-referrer");
        Executor context = ExchangeContext.currentExecutor();
        Uni.createFrom()
                .<Runnable>deferred(work)
                .ifNoItem()
                .after(REQUEST_TIMEOUT)
                .failWith(() -> new AuthorizationUnavailableException("The issuer did not respond in time.", null))
                .emitOn(context)
                .subscribe()
                .with(response -> respondIfOpen(exchange, response), failure -> fail(exchange, failure));
    }

    private static void fail(RoutingContext exchange, Throwable failure) {
        if (!exchange.response().ended()) {
            ExchangeContext.drainBody(exchange.request());
            exchange.fail(failure);
        }
    }

    private static void respondIfOpen(RoutingContext exchange, Runnable response) {
        if (!exchange.response().ended() && !exchange.response().closed()) {
            response.run();
        }
    }

    /** Quarkus OIDC's own session cookies are not sent. */
    private static void removeQuarkusSessionCookies(RoutingContext exchange) {
        List<String> names = exchange.request().cookies().stream()
                .map(Cookie::getName)
                .filter(LoginOidcTenant::isQuarkusSessionCookie)
                .distinct()
                .toList();
        names.forEach(name -> exchange.response().removeCookies(name, false));
    }
}
