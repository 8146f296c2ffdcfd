package dev.attachgateway.access;

import dev.attachgateway.access.audit.AuditLog;
import dev.attachgateway.access.authentication.Authenticator;
import dev.attachgateway.access.authentication.AuthorizationUnavailableException;
import dev.attachgateway.access.authentication.NotAuthenticatedException;
import dev.attachgateway.access.policy.AccessDeniedException;
import dev.attachgateway.access.policy.Action;
import dev.attachgateway.access.policy.Resource;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Alternative;

/** A Vert.x route behind the authentication filter, and a minimal failure handler that writes problem responses. */
@Alternative
@ApplicationScoped
class ProtectedRoutes {
    private final Authorizer authorizer;
    private final Authorizer undecidedAuthorizer;

    ProtectedRoutes(Authorizer authorizer, AuditLog auditLog) {
        this.authorizer = authorizer;
        this.undecidedAuthorizer = new Authorizer(new UndecidedAccessPolicy(), auditLog);
    }

    void register(@Observes Router router) {
        router.get("/v1/:project_id/raw-door").handler(exchange -> {
            var context = AuthenticationFilter.contextOf(exchange);
            authorizer.require(context, Action.READ, Resource.project(exchange.pathParam("project_id")));
            exchange.end(Authenticator.callerOf(exchange).displayName());
        });
        router.get("/v1/:project_id/undecided").handler(exchange -> {
            var project = Resource.project(exchange.pathParam("project_id"));
            var permit = undecidedAuthorizer.find(AuthenticationFilter.contextOf(exchange), Action.ATTACH, project);
            exchange.end(permit.isPresent() ? "permit" : "none");
        });
        router.get("/open-door").handler(exchange -> exchange.end("open"));
        router.route().order(Integer.MAX_VALUE - 1).failureHandler(ProtectedRoutes::problem);
    }

    private static void problem(RoutingContext exchange) {
        Throwable failure = exchange.failure();
        int status = switch (failure) {
            case NotAuthenticatedException _ -> 401;
            case AccessDeniedException _ -> 403;
            case AuthorizationUnavailableException _ -> 503;
            case null, default -> exchange.statusCode();
        };
        exchange.response()
                .setStatusCode(status)
                .putHeader("Content-Type", "application/problem+json")
                .end(new JsonObject()
                        .put("status", status)
                        .put("detail", failure == null ? null : failure.getMessage())
                        .encode());
    }
}
