package dev.attachgateway.access;

import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.Locale;
import java.util.concurrent.Executor;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The way in to {@code /v1}, {@code /v2} and {@code /operator}, before any route is looked for: who is calling, do
 * they ask too often, and may they be in that project at all. So a stranger learns nothing, not even which paths, methods and bodies the gateway knows.
 */
@ApplicationScoped
class Gate {
    /** After Quarkus has prepared its own security (200), before everything that answers. */
    private static final int PRIORITY = 150;

    /** Quarkus REST ignores matrix parameters ({@code /v1;a=b/…}) when it looks for a resource, so this does as well. */
    private static final Pattern API =
            Pattern.compile("/(?:v[12](?:;[^/]*)?(?:/([^/;]*).*)?|operator(?:[;/].*)?)", Pattern.DOTALL);

    private final Throttle throttle;
    private final Doorman doorman;

    Gate(Throttle throttle, Doorman doorman) {
        this.throttle = throttle;
        this.doorman = doorman;
    }

    void register(@Observes Filters filters) {
        filters.register(this::pass, PRIORITY);
    }

    private void pass(RoutingContext exchange) {
        Matcher api = API.matcher(exchange.normalizedPath());
        if (!api.matches()) {
            exchange.next();
            return;
        }
        throttle.caller(exchange)
                .emitOn(ownContext())
                .invoke(caller -> {
                    throttle.charge(exchange, caller);
                    if (api.group(1) != null && !api.group(1).isEmpty()) {
                        doorman.enterProject(exchange, api.group(1).toLowerCase(Locale.ROOT));
                    }
                })
                .subscribe()
                .with(caller -> exchange.next(), refusal -> refuse(exchange, refusal));
    }

    /** Where the current exchange belongs: what it waits for may come on another event loop. */
    static Executor ownContext() {
        Context context = Vertx.currentContext();
        return task -> {
            if (Vertx.currentContext() == context) {
                task.run();
            } else {
                context.runOnContext(back -> task.run());
            }
        };
    }

    /** Nobody will read the body of what is refused; unread it would block the connection for the next request. */
    static void readOn(HttpServerRequest request) {
        if (!request.isEnded()) {
            request.resume();
        }
    }

    private static void refuse(RoutingContext exchange, Throwable refusal) {
        if (exchange.response().ended()) {
            return;
        }
        readOn(exchange.request());
        int status = switch (refusal) {
            case NotAuthenticated no -> {
                exchange.response().putHeader("WWW-Authenticate", no.challenge());
                yield 401;
            }
            case CredentialsDisagree no -> 400;
            case NotGranted no -> 403;
            case CrossSiteRequest no -> 403;
            case TooManyRequests no -> 429;
            case TooLarge large -> large.status();
            default -> 503;
        };
        exchange.fail(status, refusal);
    }
}
