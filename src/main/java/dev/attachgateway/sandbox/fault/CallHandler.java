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

/** The way of every call to the cloud: it is written down, perhaps befallen by a fault, carried out and answered. */
public final class CallHandler {

    private static final long HANG_MS = TimeUnit.MINUTES.toMillis(10);

    private record Entry(long number, @Nullable Fault fault) {}

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

    /** A handler for one kind of call; what carries it out runs at the desk and may throw a {@link RejectedCallException}. */
    public Handler<RoutingContext> opens(CallKind kind, Function<SandboxRequest, SandboxResponse> deed) {
        return context -> {
            SandboxRequest sandboxRequest = SandboxRequest.of(kind, context);
            stateExecutor
                    .run(() -> enter(sandboxRequest))
                    .compose(entry -> reply(entry.fault(), () -> carryOut(deed, sandboxRequest))
                            .compose(reply -> noted(entry.number(), reply)))
                    .onSuccess(reply -> send(context, sandboxRequest.requestId(), reply))
                    .onFailure(context::fail);
        };
    }

    private Entry enter(SandboxRequest sandboxRequest) {
        RequestLog.Arrival arrival = new RequestLog.Arrival(
                sandboxRequest.kind(), sandboxRequest.projectId(), sandboxRequest.serverId(), volumeOf(sandboxRequest));
        long number = requestLog.arrived(arrival, Instant.ofEpochMilli(cloud.now()));
        return new Entry(number, faultRegistry.befalling(arrival));
    }

    /** An operation's path names no disk, but the operation has one. */
    private @Nullable String volumeOf(SandboxRequest sandboxRequest) {
        if (sandboxRequest.kind() != CallKind.OPERATION) {
            return sandboxRequest.volumeId();
        }
        return cloud.project(sandboxRequest.param("project"))
                .flatMap(project -> project.operation(sandboxRequest.param("operation")))
                .map(LedgerEntry::volumeId)
                .orElse(null);
    }

    private Future<SandboxReply> carryOut(
            Function<SandboxRequest, SandboxResponse> deed, SandboxRequest sandboxRequest) {
        return stateExecutor.run(() -> {
            try {
                return deed.apply(sandboxRequest);
            } catch (RejectedCallException rejectedCallException) {
                return rejectedCallException.answer();
            }
        });
    }

    private Future<SandboxReply> reply(@Nullable Fault fault, Supplier<Future<SandboxReply>> deed) {
        if (fault == null) {
            return deed.get();
        }
        if (fault.after()) {
            return deed.get().compose(real -> befall(fault, () -> Future.succeededFuture(real)));
        }
        return befall(fault, deed);
    }

    private Future<SandboxReply> befall(Fault fault, Supplier<Future<SandboxReply>> next) {
        return switch (fault.trouble()) {
            case STATUS, GARBAGE -> Future.succeededFuture(fault.answer());
            case DROP -> Future.succeededFuture(new SandboxReply.Drop());
            case HANG -> Future.succeededFuture(new SandboxReply.Hang());
            case DELAY ->
                vertx.timer(Math.max(1, fault.delayMs()), TimeUnit.MILLISECONDS).compose(passed -> next.get());
        };
    }

    /** The status is written down before the answer leaves, so that whoever has the answer finds it. */
    private Future<SandboxReply> noted(long number, SandboxReply reply) {
        if (!(reply instanceof SandboxResponse sandboxResponse)) {
            return Future.succeededFuture(reply);
        }
        return stateExecutor.run(() -> {
            requestLog.answered(number, sandboxResponse.status());
            return reply;
        });
    }

    public void send(RoutingContext context, String requestId, SandboxReply reply) {
        switch (reply) {
            case SandboxResponse sandboxResponse -> send(context, requestId, sandboxResponse);
            case SandboxReply.Drop drop -> drop(context);
            case SandboxReply.Hang hang -> {
                long timer = vertx.setTimer(HANG_MS, passed -> drop(context));
                context.addEndHandler(ended -> vertx.cancelTimer(timer));
            }
        }
    }

    private void send(RoutingContext context, String requestId, SandboxResponse sandboxResponse) {
        var response = context.response().setStatusCode(sandboxResponse.status());
        sandboxResponse.headers().forEach(response::putHeader);
        response.putHeader("Content-Type", sandboxResponse.contentType())
                .putHeader("X-Request-Id", requestId)
                .putHeader("Date", date())
                .end(sandboxResponse.text(requestId));
    }

    private String date() {
        Instant now = Instant.ofEpochMilli(cloud.now() + cloud.behaviour().clockSkewMs());
        return DateTimeFormatter.RFC_1123_DATE_TIME.format(now.atOffset(ZoneOffset.UTC));
    }

    private static void drop(RoutingContext context) {
        var request = context.request();
        if (request.version() == HttpVersion.HTTP_2) {
            context.response().reset();
        }
        request.connection().close();
    }
}
