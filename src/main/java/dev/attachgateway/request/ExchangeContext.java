package dev.attachgateway.request;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import java.util.concurrent.Executor;

/** The event loop of an exchange, and the rest of its request. */
public final class ExchangeContext {
    private ExchangeContext() {}

    /** Runs tasks on the event loop of the current exchange: what it waits for may arrive on another one. */
    public static Executor currentExecutor() {
        Context context = Vertx.currentContext();
        return task -> {
            if (Vertx.currentContext() == context) {
                task.run();
            } else {
                context.runOnContext(ignored -> task.run());
            }
        };
    }

    /** Discards the body of a rejected request: unread it would block the connection for the next request. */
    public static void drainBody(HttpServerRequest request) {
        if (!request.isEnded()) {
            request.resume();
        }
    }
}
