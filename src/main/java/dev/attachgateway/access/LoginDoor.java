package dev.attachgateway.access;

import io.quarkus.oidc.OIDCException;
import io.quarkus.oidc.OidcTenantConfig;
import io.quarkus.security.AuthenticationCompletionException;
import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.vertx.http.runtime.security.HttpAuthenticator;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.VertxException;
import io.vertx.core.http.Cookie;
import io.vertx.core.http.CookieSameSite;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.io.IOException;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jboss.logging.Logger;
import org.jose4j.jwt.consumer.InvalidJwtException;
import org.jose4j.lang.JoseException;

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
    private static final String KEPT = "__Host-attach-gateway-return";
    private static final Duration KEPT_FOR = Duration.ofMinutes(10);

    /** What says that an answer of the issuer, or a token, was looked at and found wanting. */
    private static final List<Class<?>> LOOKED_AT =
            List.of(OIDCException.class, InvalidJwtException.class, JoseException.class);

    private static final int DEEPEST = 20;

    /** Those without a priority have 2500. */
    private static final int LATE = 3000;

    private final LoginTenant tenant;
    private final HttpAuthenticator authenticator;
    private final Sessions sessions;
    private final SessionConfig config;
    private final ListedOrigins listed;
    private final CrossSite crossSite;
    private final FailedCredentials failures;

    LoginDoor(
            LoginTenant tenant,
            HttpAuthenticator authenticator,
            Sessions sessions,
            SessionConfig config,
            ListedOrigins listed,
            CrossSite crossSite,
            FailedCredentials failures) {
        this.tenant = tenant;
        this.authenticator = authenticator;
        this.sessions = sessions;
        this.config = config;
        this.listed = listed;
        this.crossSite = crossSite;
        this.failures = failures;
    }

    /** After the practice cloud, which has more to say about an address that cannot be its own. */
    void register(@Observes @Priority(LATE) Router router) {
        tenant.config().ifPresent(issuer -> {
            router.get(LOGIN).handler(exchange -> login(exchange, issuer));
            router.get(CALLBACK).handler(exchange -> callback(exchange, issuer));
            router.post(LOGOUT).handler(this::logout);
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
                    .transform(LoginDoor::undecided)
                    .<Runnable>map(sent -> () -> {
                        keep(exchange, address);
                        exchange.response().end();
                    });
        });
    }

    private void callback(RoutingContext exchange, OidcTenantConfig issuer) {
        run(exchange, () -> {
            failures.pass(exchange);
            IssuerTenants.choose(exchange, issuer);
            return authenticator
                    .attemptAuthentication(exchange)
                    .onItem()
                    .ifNull()
                    .failWith(NotAuthenticated::login)
                    .onFailure()
                    .transform(LoginDoor::sorted)
                    .map(this::caller)
                    .onFailure(NotAuthenticated.class)
                    .invoke(no -> failures.failed(exchange))
                    .call(caller -> SessionScheme.presented(exchange.request())
                            .map(sessions::end)
                            .orElseGet(() -> Uni.createFrom().voidItem()))
                    .flatMap(caller ->
                            sessions.begin(caller).invoke(begun -> LOG.infof("login caller=%s", caller.display())))
                    .<Runnable>map(begun -> () -> {
                        String address = returnAddress(exchange.request());
                        dropThoseOfTheLogin(exchange);
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
        Context context = Vertx.currentContext();
        exchange.response().putHeader("Cache-Control", "no-store").putHeader("Referrer-Policy", "no-referrer");
        Consumer<Runnable> back = task -> context.runOnContext(now -> task.run());
        Uni.createFrom()
                .<Runnable>deferred(work)
                .ifNoItem()
                .after(LIMIT)
                .failWith(() -> new AccessUndecided("The issuer did not answer in time.", null))
                .subscribe()
                .with(
                        answer -> back.accept(() -> guarded(exchange, answer)),
                        failure -> back.accept(() -> {
                            if (!exchange.response().ended()) {
                                if (!exchange.request().isEnded()) {
                                    exchange.request().resume();
                                }
                                exchange.fail(failure);
                            }
                        }));
    }

    private static void guarded(RoutingContext exchange, Runnable answer) {
        if (!exchange.response().ended() && !exchange.response().closed()) {
            answer.run();
        }
    }

    private static void keep(RoutingContext exchange, String address) {
        exchange.response()
                .addCookie(
                        kept(URLEncoder.encode(address, StandardCharsets.UTF_8)).setMaxAge(KEPT_FOR.toSeconds()));
    }

    /** Looked at again: a cookie is whatever somebody put there. */
    private String returnAddress(HttpServerRequest request) {
        Cookie kept = request.getCookie(KEPT);
        if (kept == null) {
            return ReturnAddress.HOME;
        }
        try {
            return ReturnAddress.parse(URLDecoder.decode(kept.getValue(), StandardCharsets.UTF_8), listed::has)
                    .orElse(ReturnAddress.HOME);
        } catch (IllegalArgumentException e) {
            return ReturnAddress.HOME;
        }
    }

    /** The session that Quarkus OIDC would begin is not sent at all, and what the browser kept for the login is taken out. */
    private static void dropThoseOfTheLogin(RoutingContext exchange) {
        exchange.response().addCookie(kept("").setMaxAge(0));
        List<String> names = exchange.request().cookies().stream()
                .map(Cookie::getName)
                .filter(LoginTenant::isSession)
                .distinct()
                .toList();
        names.forEach(name -> exchange.response().removeCookies(name, false));
    }

    private static Cookie kept(String value) {
        return Cookie.cookie(KEPT, value)
                .setPath("/")
                .setHttpOnly(true)
                .setSecure(true)
                .setSameSite(CookieSameSite.LAX);
    }

    private static AccessUndecided undecided(Throwable failure) {
        return new AccessUndecided("The issuer could not be asked.", failure);
    }

    /** An issuer that says no is the user's matter; one that does not answer is ours. */
    private static RuntimeException sorted(Throwable failure) {
        if (failure instanceof NotAuthenticated no) {
            return no;
        }
        boolean isRefused = failure instanceof AuthenticationFailedException
                || failure instanceof AuthenticationCompletionException;
        Throwable cause = failure.getCause();
        if (isRefused
                && !isUnanswered(failure)
                && (cause == null || LOOKED_AT.stream().anyMatch(it -> it.isInstance(cause)))) {
            LOG.debugf("Login refused reason=%s", failure);
            return NotAuthenticated.login();
        }
        LOG.warnf("A login could not be completed reason=%s cause=%s", failure, cause);
        return undecided(failure);
    }

    private static boolean isUnanswered(Throwable failure) {
        return Stream.iterate(failure, cause -> cause != null, Throwable::getCause)
                .limit(DEEPEST)
                .anyMatch(cause -> cause instanceof IOException
                        || cause instanceof TimeoutException
                        || cause instanceof VertxException);
    }
}
