package dev.attachgateway.request;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import java.util.concurrent.Executor;

/** The event loop of an exchange, and the unread part of its request. */
public final class ExchangeContext {
    private ExchangeContext() {}

    /** An executor for the event loop of the current exchange, for results that arrive on another event loop. */
    public static Executor currentExecutor() {
        Context context = Vertx.currentContext();
        return task -> {
            if (Vertx.currentContext() == context) {
                task.run();
            } else {
                context.runOnContext(_ -> task.run());
            }
        };
    }

    /** Discards the body of a rejected request: an unread body would block the connection for the next request. */
    public static void drainBody(HttpServerRequest request) {
        if (!request.isEnded()) {
            request.resume();
        }
    }
}
