package dev.attachgateway.access.session;

import dev.attachgateway.access.authentication.AuthorizationUnavailableException;
import dev.attachgateway.access.authentication.Caller;
import dev.attachgateway.access.authentication.NotAuthenticatedException;
import dev.attachgateway.access.browser.CorsFilter;
import dev.attachgateway.access.browser.CsrfProtection;
import dev.attachgateway.access.oidc.BearerTokenAuthentication;
import dev.attachgateway.access.oidc.OidcTenantResolver;
import dev.attachgateway.access.ratelimit.RequestRateLimiter;
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
 * Where browsers log in and out: {@code GET /session/login} leads to the issuer, which leads back to {@code /session/callback},
 * and from there a session begins. Each login begins a new one, whatever the browser had before.
 */
@ApplicationScoped
class LoginRoutes {
    static final String LOGIN_PATH = "/session/login";
    static final String CALLBACK_PATH = "/session/callback";
    static final String LOGOUT_PATH = "/session/logout";

    private static final Logger LOG = Logger.getLogger(LoginRoutes.class);
    private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(10);
    private static final String RETURN_TO_PARAMETER = "return_to";

    /** Those without a priority have 2500. */
    private static final int ROUTER_OBSERVER_PRIORITY = 3000;

    private final LoginOidcTenant loginTenant;
    private final HttpAuthenticator httpAuthenticator;
    private final SessionStore sessionStore;
    private final SessionConfig config;
    private final CorsFilter corsFilter;
    private final CsrfProtection csrfProtection;
    private final RequestRateLimiter rateLimiter;

    LoginRoutes(
            LoginOidcTenant tenant,
            HttpAuthenticator authenticator,
            SessionStore sessionStore,
            SessionConfig config,
            CorsFilter listed,
            CsrfProtection csrfProtection,
            RequestRateLimiter requestRateLimiter) {
        this.loginTenant = tenant;
        this.httpAuthenticator = authenticator;
        this.sessionStore = sessionStore;
        this.config = config;
        this.corsFilter = listed;
        this.csrfProtection = csrfProtection;
        this.rateLimiter = requestRateLimiter;
    }

    /** After the practice cloud, which has more to say about an address that cannot be its own. */
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
            List<String> asked = exchange.queryParam(RETURN_TO_PARAMETER);
            String address = asked.isEmpty() ? ReturnUrl.HOME : asked.getFirst();
            if (ReturnUrl.validate(address, corsFilter::isAllowed).isEmpty()) {
                throw new InvalidReturnUrlException();
            }
            OidcTenantResolver.setTenant(exchange, issuer);
            return httpAuthenticator
                    .sendChallenge(exchange)
                    .onFailure()
                    .transform(LoginFailureClassifier::issuerUnavailable)
                    .<Runnable>map(sent -> () -> {
                        ReturnUrl.storeInCookie(exchange, address);
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
                    .flatMap(caller -> sessionStore
                            .create(caller)
                            .invoke(begun -> LOG.infof("login caller=%s", caller.displayName())))
                    .<Runnable>map(begun -> () -> {
                        String address = ReturnUrl.takeFromCookie(exchange, corsFilter::isAllowed);
                        removeQuarkusSessionCookies(exchange);
                        SessionCookieAuthentication.setCookie(exchange, begun, config.ttl());
                        exchange.response()
                                .setStatusCode(303)
                                .putHeader("Location", address)
                                .end();
                    });
        });
    }

    private void logout(RoutingContext exchange) {
        runWithTimeout(exchange, () -> {
            // Whether or not a cookie came along: the answer takes it out of the browser.
            csrfProtection.check(exchange.request());
            return SessionCookieAuthentication.readToken(exchange.request())
                    .map(sessionStore::delete)
                    .orElseGet(() -> Uni.createFrom().voidItem())
                    .<Runnable>map(ended -> () -> {
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

    /** What comes of it is done on the exchange's own context; the issuer may have answered on another. */
    private void runWithTimeout(RoutingContext exchange, Supplier<Uni<? extends Runnable>> work) {
        exchange.response().putHeader("Cache-Control", "no-store").putHeader("Referrer-Policy", "no-referrer");
        Executor own = ExchangeContext.currentExecutor();
        Uni.createFrom()
                .<Runnable>deferred(work)
                .ifNoItem()
                .after(REQUEST_TIMEOUT)
                .failWith(() -> new AuthorizationUnavailableException("The issuer did not answer in time.", null))
                .emitOn(own)
                .subscribe()
                .with(answer -> respondIfOpen(exchange, answer), failure -> fail(exchange, failure));
    }

    private static void fail(RoutingContext exchange, Throwable failure) {
        if (!exchange.response().ended()) {
            ExchangeContext.drainBody(exchange.request());
            exchange.fail(failure);
        }
    }

    private static void respondIfOpen(RoutingContext exchange, Runnable answer) {
        if (!exchange.response().ended() && !exchange.response().closed()) {
            answer.run();
        }
    }

    /** The session that Quarkus OIDC would begin is not sent at all. */
    private static void removeQuarkusSessionCookies(RoutingContext exchange) {
        List<String> names = exchange.request().cookies().stream()
                .map(Cookie::getName)
                .filter(LoginOidcTenant::isQuarkusSessionCookie)
                .distinct()
                .toList();
        names.forEach(name -> exchange.response().removeCookies(name, false));
    }
}
