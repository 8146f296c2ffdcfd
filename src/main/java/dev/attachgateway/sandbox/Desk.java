package dev.attachgateway.sandbox;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.util.concurrent.Callable;

/** The one thread that touches the sandbox's state and files, away from the event loops. */
final class Desk implements AutoCloseable {

    private final WorkerExecutor worker;

    Desk(Vertx vertx) {
        this.worker = vertx.createSharedWorkerExecutor("sandbox-" + Ids.freshHex(), 1);
    }

    /** Runs a task after those given earlier; the future completes on the caller's context. */
    <T> Future<T> run(Callable<T> task) {
        return worker.executeBlocking(task, false);
    }

    @Override
    public void close() {
        worker.close();
    }
}
