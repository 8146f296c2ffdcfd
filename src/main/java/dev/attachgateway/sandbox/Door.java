package dev.attachgateway.sandbox;

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
final class Door {

    private static final long HANG_MS = TimeUnit.MINUTES.toMillis(10);

    private record Entry(long number, @Nullable Fault fault) {}

    private final Vertx vertx;
    private final Desk desk;
    private final Cloud cloud;
    private final Requests requests;
    private final Faults faults;

    Door(Vertx vertx, Desk desk, Cloud cloud, Requests requests, Faults faults) {
        this.vertx = vertx;
        this.desk = desk;
        this.cloud = cloud;
        this.requests = requests;
        this.faults = faults;
    }

    /** A handler for one kind of call; what carries it out runs at the desk and may throw a {@link Refusal}. */
    Handler<RoutingContext> opens(Kind kind, Function<Call, Answer> deed) {
        return context -> {
            Call call = Call.of(kind, context);
            desk.run(() -> enter(call))
                    .compose(entry -> reply(entry.fault(), () -> carryOut(deed, call))
                            .compose(reply -> noted(entry.number(), reply)))
                    .onSuccess(reply -> send(context, call.requestId(), reply))
                    .onFailure(context::fail);
        };
    }

    private Entry enter(Call call) {
        Requests.Arrival arrival = new Requests.Arrival(call.kind(), call.projectId(), call.serverId(), volumeOf(call));
        long number = requests.arrived(arrival, Instant.ofEpochMilli(cloud.now()));
        return new Entry(number, faults.befalling(arrival));
    }

    /** An operation's path names no disk, but the operation has one. */
    private @Nullable String volumeOf(Call call) {
        if (call.kind() != Kind.OPERATION) {
            return call.volumeId();
        }
        return cloud.project(call.param("project"))
                .flatMap(project -> project.operation(call.param("operation")))
                .map(Effect::volumeId)
                .orElse(null);
    }

    private Future<Reply> carryOut(Function<Call, Answer> deed, Call call) {
        return desk.run(() -> {
            try {
                return deed.apply(call);
            } catch (Refusal refusal) {
                return refusal.answer();
            }
        });
    }

    private Future<Reply> reply(@Nullable Fault fault, Supplier<Future<Reply>> deed) {
        if (fault == null) {
            return deed.get();
        }
        if (fault.after()) {
            return deed.get().compose(real -> befall(fault, () -> Future.succeededFuture(real)));
        }
        return befall(fault, deed);
    }

    private Future<Reply> befall(Fault fault, Supplier<Future<Reply>> next) {
        return switch (fault.trouble()) {
            case STATUS, GARBAGE -> Future.succeededFuture(fault.answer());
            case DROP -> Future.succeededFuture(new Reply.Drop());
            case HANG -> Future.succeededFuture(new Reply.Hang());
            case DELAY ->
                vertx.timer(Math.max(1, fault.delayMs()), TimeUnit.MILLISECONDS).compose(passed -> next.get());
        };
    }

    /** The status is written down before the answer leaves, so that whoever has the answer finds it. */
    private Future<Reply> noted(long number, Reply reply) {
        if (!(reply instanceof Answer answer)) {
            return Future.succeededFuture(reply);
        }
        return desk.run(() -> {
            requests.answered(number, answer.status());
            return reply;
        });
    }

    void send(RoutingContext context, String requestId, Reply reply) {
        switch (reply) {
            case Answer answer -> send(context, requestId, answer);
            case Reply.Drop drop -> drop(context);
            case Reply.Hang hang -> {
                long timer = vertx.setTimer(HANG_MS, passed -> drop(context));
                context.addEndHandler(ended -> vertx.cancelTimer(timer));
            }
        }
    }

    private void send(RoutingContext context, String requestId, Answer answer) {
        var response = context.response().setStatusCode(answer.status());
        answer.headers().forEach(response::putHeader);
        response.putHeader("Content-Type", answer.contentType())
                .putHeader("X-Request-Id", requestId)
                .putHeader("Date", date())
                .end(answer.text(requestId));
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
