package dev.attachgateway.access;

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
class LoginDoor {
    static final String LOGIN = "/session/login";
    static final String CALLBACK = "/session/callback";
    static final String LOGOUT = "/session/logout";

    private static final Logger LOG = Logger.getLogger(LoginDoor.class);
    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final String RETURN_TO = "return_to";

    /** Those without a priority have 2500. */
    private static final int LATE = 3000;

    private final LoginTenant tenant;
    private final HttpAuthenticator authenticator;
    private final Sessions sessions;
    private final SessionConfig config;
    private final ListedOrigins listed;
    private final CrossSite crossSite;
    private final Throttle throttle;

    LoginDoor(
            LoginTenant tenant,
            HttpAuthenticator authenticator,
            Sessions sessions,
            SessionConfig config,
            ListedOrigins listed,
            CrossSite crossSite,
            Throttle throttle) {
        this.tenant = tenant;
        this.authenticator = authenticator;
        this.sessions = sessions;
        this.config = config;
        this.listed = listed;
        this.crossSite = crossSite;
        this.throttle = throttle;
    }

    /** After the practice cloud, which has more to say about an address that cannot be its own. */
    void register(@Observes @Priority(LATE) Router router) {
        tenant.config().ifPresent(issuer -> {
            serve(router, HttpMethod.GET, LOGIN, exchange -> login(exchange, issuer));
            serve(router, HttpMethod.GET, CALLBACK, exchange -> callback(exchange, issuer));
            serve(router, HttpMethod.POST, LOGOUT, this::logout);
        });
    }

    private static void serve(Router router, HttpMethod method, String path, Handler<RoutingContext> handler) {
        router.route(method, path).handler(handler);
        router.route(path).handler(exchange -> {
            exchange.response().putHeader("Allow", method.name());
            exchange.fail(405);
        });
    }

    private void login(RoutingContext exchange, OidcTenantConfig issuer) {
        run(exchange, () -> {
            List<String> asked = exchange.queryParam(RETURN_TO);
            String address = asked.isEmpty() ? ReturnAddress.HOME : asked.getFirst();
            if (ReturnAddress.parse(address, listed::has).isEmpty()) {
                throw new BadReturnAddress();
            }
            IssuerTenants.choose(exchange, issuer);
            return authenticator
                    .sendChallenge(exchange)
                    .onFailure()
                    .transform(LoginFailure::undecided)
                    .<Runnable>map(sent -> () -> {
                        ReturnAddress.keep(exchange, address);
                        exchange.response().end();
                    });
        });
    }

    private void callback(RoutingContext exchange, OidcTenantConfig issuer) {
        run(exchange, () -> {
            IssuerTenants.choose(exchange, issuer);
            return throttle.look(
                            exchange,
                            () -> authenticator
                                    .attemptAuthentication(exchange)
                                    .onItem()
                                    .ifNull()
                                    .failWith(NotAuthenticated::login)
                                    .onFailure()
                                    .transform(LoginFailure::sorted)
                                    .map(this::caller))
                    .call(caller -> SessionScheme.presented(exchange.request())
                            .map(sessions::end)
                            .orElseGet(() -> Uni.createFrom().voidItem()))
                    .flatMap(caller ->
                            sessions.begin(caller).invoke(begun -> LOG.infof("login caller=%s", caller.display())))
                    .<Runnable>map(begun -> () -> {
                        String address = ReturnAddress.takeOut(exchange, listed::has);
                        dropSessionOfTheFramework(exchange);
                        SessionScheme.set(exchange, begun, config.life());
                        exchange.response()
                                .setStatusCode(303)
                                .putHeader("Location", address)
                                .end();
                    });
        });
    }

    private void logout(RoutingContext exchange) {
        run(exchange, () -> {
            // Whether or not a cookie came along: the answer takes it out of the browser.
            crossSite.check(exchange.request());
            return SessionScheme.presented(exchange.request())
                    .map(sessions::end)
                    .orElseGet(() -> Uni.createFrom().voidItem())
                    .<Runnable>map(ended -> () -> {
                        SessionScheme.clear(exchange);
                        exchange.response().setStatusCode(204).end();
                    });
        });
    }

    private Caller caller(SecurityIdentity identity) {
        return BearerTokens.token(identity)
                .flatMap(token -> BearerTokens.caller(config.issuer().orElseThrow(), token))
                .orElseThrow(NotAuthenticated::login);
    }

    /** What comes of it is done on the exchange's own context; the issuer may have answered on another. */
    private void run(RoutingContext exchange, Supplier<Uni<? extends Runnable>> work) {
        exchange.response().putHeader("Cache-Control", "no-store").putHeader("Referrer-Policy", "no-referrer");
        Executor own = Gate.ownContext();
        Uni.createFrom()
                .<Runnable>deferred(work)
                .ifNoItem()
                .after(LIMIT)
                .failWith(() -> new AccessUndecided("The issuer did not answer in time.", null))
                .emitOn(own)
                .subscribe()
                .with(answer -> guarded(exchange, answer), failure -> fail(exchange, failure));
    }

    private static void fail(RoutingContext exchange, Throwable failure) {
        if (!exchange.response().ended()) {
            Gate.readOn(exchange.request());
            exchange.fail(failure);
        }
    }

    private static void guarded(RoutingContext exchange, Runnable answer) {
        if (!exchange.response().ended() && !exchange.response().closed()) {
            answer.run();
        }
    }

    /** The session that Quarkus OIDC would begin is not sent at all. */
    private static void dropSessionOfTheFramework(RoutingContext exchange) {
        List<String> names = exchange.request().cookies().stream()
                .map(Cookie::getName)
                .filter(LoginTenant::isSession)
                .distinct()
                .toList();
        names.forEach(name -> exchange.response().removeCookies(name, false));
    }
}
