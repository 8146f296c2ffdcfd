package dev.attachgateway.sandbox.fault;

import dev.attachgateway.sandbox.http.CallKind;
import dev.attachgateway.sandbox.http.ControlBodyReader;
import dev.attachgateway.sandbox.http.ErrorEnvelopes;
import dev.attachgateway.sandbox.http.RejectedCallException;
import dev.attachgateway.sandbox.http.SandboxResponse;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Trouble that befalls the calls it matches.
 *
 * @param after whether the call is carried out first
 * @param status what a {@link Trouble#STATUS} fault answers with
 * @param body an object or a text; null for the cloud's fitting envelope
 * @param delayMs how long a {@link Trouble#DELAY} fault waits, in milliseconds
 * @param since the kind of call for which it waits: until one with the same ids has arrived it befalls none; null for none
 * @param times how many calls it still befalls; null for all
 */
record Fault(
        CallKind call,
        boolean after,
        Trouble trouble,
        int status,
        @Nullable Object body,
        long delayMs,
        @Nullable CallKind since,
        @Nullable Integer times,
        @Nullable String projectId,
        @Nullable String serverId,
        @Nullable String volumeId) {

    /** What happens to a call. */
    enum Trouble {
        STATUS,
        DROP,
        HANG,
        DELAY,
        GARBAGE;

        String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private static final List<String> FIELDS = List.of(
            "call",
            "when",
            "kind",
            "status",
            "body",
            "delay_ms",
            "since",
            "times",
            "project_id",
            "server_id",
            "volume_id");

    private static final List<String> CALLS =
            Arrays.stream(CallKind.values()).map(CallKind::word).toList();

    private static final List<String> TROUBLES =
            Arrays.stream(Trouble.values()).map(Trouble::word).toList();

    /**
     * Reads a fault as the control door takes it.
     *
     * @throws RejectedCallException with 400 for an unknown field or an impossible value
     */
    static Fault from(JsonObject json) {
        ControlBodyReader controlBodyReader = new ControlBodyReader(json);
        controlBodyReader.onlyThese(FIELDS);
        Trouble trouble =
                Trouble.valueOf(controlBodyReader.oneOf("kind", TROUBLES).toUpperCase(Locale.ROOT));
        Object body = json.getValue("body");
        if (!(body == null || body instanceof JsonObject || body instanceof String)) {
            throw RejectedCallException.unclear("'body' must be an object or a text.");
        }
        return new Fault(
                CallKind.of(controlBodyReader.oneOf("call", CALLS)).orElseThrow(),
                controlBodyReader.has("when")
                        && controlBodyReader
                                .oneOf("when", List.of("before", "after"))
                                .equals("after"),
                trouble,
                trouble == Trouble.STATUS || controlBodyReader.has("status")
                        ? (int) controlBodyReader.whole("status", 200, 599)
                        : 0,
                body,
                trouble == Trouble.DELAY || controlBodyReader.has("delay_ms")
                        ? controlBodyReader.whole("delay_ms", 0, 600_000)
                        : 0,
                controlBodyReader.has("since")
                        ? CallKind.of(controlBodyReader.oneOf("since", CALLS)).orElseThrow()
                        : null,
                controlBodyReader.has("times") ? (Integer) (int) controlBodyReader.whole("times", 1, 1_000_000) : null,
                controlBodyReader.text("project_id", 1, 64),
                controlBodyReader.text("server_id", 1, 64),
                controlBodyReader.text("volume_id", 1, 64));
    }

    JsonObject toJson() {
        JsonObject json = new JsonObject()
                .put("call", call.word())
                .put("when", after ? "after" : "before")
                .put("kind", trouble.word());
        putIf(json, "status", status == 0 ? null : status);
        putIf(json, "body", body);
        putIf(json, "delay_ms", trouble == Trouble.DELAY ? delayMs : null);
        putIf(json, "since", since == null ? null : since.word());
        putIf(json, "times", times);
        putIf(json, "project_id", projectId);
        putIf(json, "server_id", serverId);
        putIf(json, "volume_id", volumeId);
        return json;
    }

    private static void putIf(JsonObject json, String field, @Nullable Object value) {
        if (value != null) {
            json.put(field, value);
        }
    }

    boolean befalls(RequestLog.Arrival arrival) {
        return since == null && call == arrival.call() && concerns(arrival);
    }

    private boolean concerns(RequestLog.Arrival arrival) {
        return matches(projectId, arrival.projectId())
                && matches(serverId, arrival.serverId())
                && matches(volumeId, arrival.volumeId());
    }

    private static boolean matches(@Nullable String wanted, @Nullable String actual) {
        return wanted == null || wanted.equalsIgnoreCase(actual);
    }

    /** This fault after it befell a call; null when it is spent. */
    @Nullable
    Fault once() {
        if (times == null) {
            return this;
        }
        return times <= 1 ? null : with(since, times - 1);
    }

    /** This fault when the call has arrived for which it waited; otherwise the same. */
    Fault noting(RequestLog.Arrival arrival) {
        return since == arrival.call() && concerns(arrival) ? with(null, times) : this;
    }

    private Fault with(@Nullable CallKind waiting, @Nullable Integer befalling) {
        return new Fault(
                call, after, trouble, status, body, delayMs, waiting, befalling, projectId, serverId, volumeId);
    }

    /** What a {@link Trouble#STATUS} or {@link Trouble#GARBAGE} fault says. */
    SandboxResponse answer() {
        if (trouble == Trouble.GARBAGE) {
            return SandboxResponse.ok("{\"operation_id\": \"b894b879-a3c0-49");
        }
        return body == null ? ErrorEnvelopes.fitting(call, status) : SandboxResponse.of(status, body);
    }

    static JsonArray toJson(List<Fault> faults) {
        return new JsonArray(faults.stream().map(Fault::toJson).toList());
    }
}
