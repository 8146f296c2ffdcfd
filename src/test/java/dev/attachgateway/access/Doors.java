package dev.attachgateway.access;

import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Alternative;

/** A raw route behind the gate, and the simplest desk that could turn a refusal into a problem document. */
@Alternative
@ApplicationScoped
class Doors {
    private final Doorman doorman;

    Doors(Doorman doorman) {
        this.doorman = doorman;
    }

    void open(@Observes Router router) {
        router.get("/v1/:project_id/raw-door").handler(exchange -> {
            doorman.may(exchange, Action.READ, exchange.pathParam("project_id"), null, null);
            exchange.end(doorman.callerOf(exchange).display());
        });
        router.get("/open-door").handler(exchange -> exchange.end("open"));
        router.route().order(Integer.MAX_VALUE - 1).failureHandler(Doors::problem);
    }

    private static void problem(RoutingContext exchange) {
        Throwable refusal = exchange.failure();
        int status = switch (refusal) {
            case NotAuthenticated no -> 401;
            case NotGranted no -> 403;
            case AccessUndecided no -> 503;
            case null, default -> exchange.statusCode();
        };
        exchange.response()
                .setStatusCode(status)
                .putHeader("Content-Type", "application/problem+json")
                .end(new JsonObject()
                        .put("status", status)
                        .put("detail", refusal == null ? null : refusal.getMessage())
                        .encode());
    }
}
