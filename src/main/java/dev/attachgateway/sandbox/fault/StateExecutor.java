package dev.attachgateway.sandbox.fault;

import dev.attachgateway.sandbox.http.SandboxIds;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.util.concurrent.Callable;

/** The single worker thread that accesses the sandbox's state and files, off the event loops. */
public final class StateExecutor implements AutoCloseable {

    private final WorkerExecutor worker;

    public StateExecutor(Vertx vertx) {
        this.worker = vertx.createSharedWorkerExecutor("sandbox-" + SandboxIds.randomHex(), 1);
    }

    /** Runs a task after all earlier ones; the future completes on the caller's context. */
    <T> Future<T> submit(Callable<T> task) {
        return worker.executeBlocking(task, false);
    }

    @Override
    public void close() {
        worker.close();
    }
}
