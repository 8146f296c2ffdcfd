package dev.attachgateway.access;

import io.quarkus.vertx.http.runtime.CurrentVertxRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.RequestScoped;

/** The caller of the request at hand, for resources; raw routes ask the {@link Doorman} with their exchange. */
@RequestScoped
public class CurrentCaller {
    private final CurrentVertxRequest request;
    private final Doorman doorman;

    CurrentCaller(CurrentVertxRequest request, Doorman doorman) {
        this.request = request;
        this.doorman = doorman;
    }

    /**
     * Who is calling.
     *
     * @throws NotAuthenticated when nobody was let in
     */
    public Caller get() {
        return doorman.callerOf(exchange());
    }

    /** The id of this request. */
    public RequestId requestId() {
        return RequestId.of(exchange());
    }

    /** The exchange the {@link Doorman} wants to be asked with. */
    public RoutingContext exchange() {
        return request.getCurrent();
    }
}
