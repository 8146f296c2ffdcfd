package dev.attachgateway.sandbox.fault;

import dev.attachgateway.sandbox.http.CallKind;
import dev.attachgateway.sandbox.http.RejectedCallException;
import dev.attachgateway.sandbox.http.SandboxReply;
import dev.attachgateway.sandbox.http.SandboxRequest;
import dev.attachgateway.sandbox.http.SandboxResponse;
import dev.attachgateway.sandbox.state.LedgerEntry;
import dev.attachgateway.sandbox.state.SimulatedCloud;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.RoutingContext;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Handles every call to the cloud: records it, applies a matching fault, executes it and sends the response. */
public final class CallHandler {

    private static final long HANG_TIMEOUT_MS = TimeUnit.MINUTES.toMillis(10);

    private record RecordedCall(
            long requestNumber, @Nullable Fault fault) {}

    private final Vertx vertx;
    private final StateExecutor stateExecutor;
    private final SimulatedCloud cloud;
    private final RequestLog requestLog;
    private final FaultRegistry faultRegistry;

    public CallHandler(
            Vertx vertx,
            StateExecutor stateExecutor,
            SimulatedCloud cloud,
            RequestLog requestLog,
            FaultRegistry faultRegistry) {
        this.vertx = vertx;
        this.stateExecutor = stateExecutor;
        this.cloud = cloud;
        this.requestLog = requestLog;
        this.faultRegistry = faultRegistry;
    }

    /**
     * Returns a handler for one kind of call; the action runs on the state executor and may throw a {@link
     * RejectedCallException}.
     */
    public Handler<RoutingContext> handlerFor(CallKind kind, Function<SandboxRequest, SandboxResponse> action) {
        return context -> {
            var sandboxRequest = SandboxRequest.of(kind, context);
            stateExecutor
                    .submit(() -> recordArrival(sandboxRequest))
                    .compose(recordedCall -> executeWithFault(
                                    recordedCall.fault(), sandboxRequest, () -> execute(action, sandboxRequest))
                            .compose(reply -> recordStatus(recordedCall.requestNumber(), reply)))
                    .onSuccess(reply -> send(context, sandboxRequest.requestId(), reply))
                    .onFailure(context::fail);
        };
    }

    private RecordedCall recordArrival(SandboxRequest sandboxRequest) {
        var receivedCall = new RequestLog.ReceivedCall(
                sandboxRequest.kind(),
                sandboxRequest.projectId(),
                sandboxRequest.serverId(),
                resolveVolumeId(sandboxRequest));
        long number = requestLog.recordArrival(receivedCall, Instant.ofEpochMilli(cloud.now()));
        return new RecordedCall(number, faultRegistry.takeMatching(receivedCall));
    }

    /** The path of an operation query contains no disk id; the operation itself does. */
    private @Nullable String resolveVolumeId(SandboxRequest sandboxRequest) {
        if (sandboxRequest.kind() != CallKind.OPERATION) {
            return sandboxRequest.volumeId();
        }
        return cloud.project(sandboxRequest.pathParam("project"))
                .flatMap(project -> project.entryOfOperation(sandboxRequest.pathParam("operation")))
                .map(LedgerEntry::volumeId)
                .orElse(null);
    }

    private Future<SandboxReply> execute(
            Function<SandboxRequest, SandboxResponse> action, SandboxRequest sandboxRequest) {
        return stateExecutor.submit(() -> {
            try {
                return action.apply(sandboxRequest);
            } catch (RejectedCallException e) {
                return e.response();
            }
        });
    }

    private Future<SandboxReply> executeWithFault(
            @Nullable Fault fault, SandboxRequest sandboxRequest, Supplier<Future<SandboxReply>> action) {
        if (fault == null) {
            return action.get();
        }
        if (fault.afterExecution()) {
            return action.get()
                    .compose(response -> applyFault(fault, sandboxRequest, () -> Future.succeededFuture(response)));
        }
        return applyFault(fault, sandboxRequest, action);
    }

    private Future<SandboxReply> applyFault(
            Fault fault, SandboxRequest sandboxRequest, Supplier<Future<SandboxReply>> action) {
        return switch (fault.kind()) {
            case STATUS, GARBAGE -> Future.succeededFuture(fault.response(sandboxRequest));
            case DROP -> Future.succeededFuture(new SandboxReply.Drop());
            case HANG -> Future.succeededFuture(new SandboxReply.Hang());
            case DELAY ->
                vertx.timer(Math.max(1, fault.delayMs()), TimeUnit.MILLISECONDS).compose(_ -> action.get());
        };
    }

    /** Records the status before the response is sent, so that a client that has the response finds it in the log. */
    private Future<SandboxReply> recordStatus(long number, SandboxReply reply) {
        if (!(reply instanceof SandboxResponse sandboxResponse)) {
            return Future.succeededFuture(reply);
        }
        return stateExecutor.submit(() -> {
            requestLog.recordStatus(number, sandboxResponse.status());
            return reply;
        });
    }

    /** Sends a response, closes the connection, or keeps it open without a response for ten minutes. */
    public void send(RoutingContext context, String requestId, SandboxReply reply) {
        switch (reply) {
            case SandboxResponse sandboxResponse -> send(context, requestId, sandboxResponse);
            case SandboxReply.Drop _ -> closeConnection(context);
            case SandboxReply.Hang _ -> {
                long timer = vertx.setTimer(HANG_TIMEOUT_MS, _ -> closeConnection(context));
                context.addEndHandler(_ -> vertx.cancelTimer(timer));
            }
        }
    }

    private void send(RoutingContext context, String requestId, SandboxResponse sandboxResponse) {
        var response = context.response().setStatusCode(sandboxResponse.status());
        response.putHeader("Content-Type", sandboxResponse.contentType())
                .putHeader("X-Request-Id", requestId)
                .putHeader("Date", dateHeader());
        sandboxResponse.headers().forEach(response::putHeader);
        response.end(sandboxResponse.encodeBody(requestId));
    }

    private String dateHeader() {
        var now = Instant.ofEpochMilli(cloud.now() + cloud.behaviour().clockSkewMs());
        return DateTimeFormatter.RFC_1123_DATE_TIME.format(now.atOffset(ZoneOffset.UTC));
    }

    private static void closeConnection(RoutingContext context) {
        var request = context.request();
        if (request.version() == HttpVersion.HTTP_2) {
            context.response().reset();
        }
        request.connection().close();
    }
}
