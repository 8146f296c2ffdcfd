package dev.attachgateway.access;

import dev.attachgateway.access.authentication.Caller;
import dev.attachgateway.access.authentication.NotAuthenticatedException;
import dev.attachgateway.request.RequestId;
import io.quarkus.vertx.http.runtime.CurrentVertxRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.RequestScoped;

/** The caller of the request at hand, for resources; raw routes ask the {@link Authorizer} with their exchange. */
@RequestScoped
public class CurrentExchange {
    private final CurrentVertxRequest request;
    private final Authorizer authenticator;

    CurrentExchange(CurrentVertxRequest request, Authorizer authorizer) {
        this.request = request;
        this.authenticator = authorizer;
    }

    /**
     * Who is calling.
     *
     * @throws NotAuthenticatedException when nobody was let in
     */
    public Caller caller() {
        return authenticator.callerOf(exchange());
    }

    /** The id of this request. */
    public RequestId requestId() {
        return RequestId.of(exchange());
    }

    /** The exchange the {@link Authorizer} wants to be asked with. */
    public RoutingContext exchange() {
        return request.getCurrent();
    }
}
