package dev.attachgateway.sandbox.fault;

import dev.attachgateway.sandbox.http.CallKind;
import dev.attachgateway.sandbox.http.ControlBodyReader;
import dev.attachgateway.sandbox.http.ErrorEnvelopes;
import dev.attachgateway.sandbox.http.RejectedCallException;
import dev.attachgateway.sandbox.http.SandboxRequest;
import dev.attachgateway.sandbox.http.SandboxResponse;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A fault that is injected into the calls it matches.
 *
 * @param afterExecution whether the call is executed first
 * @param status HTTP status of a {@link FaultKind#STATUS} fault
 * @param body an object or a string; null for the cloud's error body of that status. In an object, the texts {@code
 *     {server}}, {@code {volume}} and {@code {operation}} stand for the ids of the call's path
 * @param headers of a {@link FaultKind#STATUS} fault, in addition to the cloud's own or instead of them
 * @param delayMs delay of a {@link FaultKind#DELAY} fault, in milliseconds
 * @param since the kind of call that activates it: it applies only after such a call with the same ids has arrived;
 *     null when always active
 * @param times remaining calls it applies to; null for all
 */
record Fault(
        CallKind call,
        boolean afterExecution,
        FaultKind kind,
        int status,
        @Nullable Object body,
        Map<String, String> headers,
        long delayMs,
        @Nullable CallKind since,
        @Nullable Integer times,
        @Nullable String projectId,
        @Nullable String serverId,
        @Nullable String volumeId) {

    /** Effect of a fault on a call. */
    enum FaultKind {
        STATUS,
        DROP,
        HANG,
        DELAY,
        GARBAGE;

        String value() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private static final List<String> JSON_FIELDS = List.of(
            "call",
            "when",
            "kind",
            "status",
            "body",
            "headers",
            "delay_ms",
            "since",
            "times",
            "project_id",
            "server_id",
            "volume_id");

    private static final List<String> CALL_VALUES =
            Arrays.stream(CallKind.values()).map(CallKind::value).toList();

    private static final List<String> KIND_VALUES =
            Arrays.stream(FaultKind.values()).map(FaultKind::value).toList();

    /**
     * Parses a fault of the control API.
     *
     * @throws RejectedCallException with 400 for an unknown field or an invalid value
     */
    static Fault fromJson(JsonObject json) {
        var controlBodyReader = new ControlBodyReader(json);
        controlBodyReader.rejectUnknownFields(JSON_FIELDS);
        FaultKind faultKind = FaultKind.valueOf(
                controlBodyReader.requireOneOf("kind", KIND_VALUES).toUpperCase(Locale.ROOT));
        Object body = json.getValue("body");
        if (!(body == null || body instanceof JsonObject || body instanceof String)) {
            throw RejectedCallException.badRequest("'body' must be an object or a string.");
        }
        return new Fault(
                CallKind.fromValue(controlBodyReader.requireOneOf("call", CALL_VALUES))
                        .orElseThrow(),
                controlBodyReader.has("when")
                        && controlBodyReader
                                .requireOneOf("when", List.of("before", "after"))
                                .equals("after"),
                faultKind,
                faultKind == FaultKind.STATUS || controlBodyReader.has("status")
                        ? (int) controlBodyReader.requireLong("status", 200, 599)
                        : 0,
                body,
                controlBodyReader.stringMap("headers"),
                faultKind == FaultKind.DELAY || controlBodyReader.has("delay_ms")
                        ? controlBodyReader.requireLong("delay_ms", 0, 600_000)
                        : 0,
                controlBodyReader.has("since")
                        ? CallKind.fromValue(controlBodyReader.requireOneOf("since", CALL_VALUES))
                                .orElseThrow()
                        : null,
                controlBodyReader.has("times")
                        ? (Integer) (int) controlBodyReader.requireLong("times", 1, 1_000_000)
                        : null,
                controlBodyReader.optionalString("project_id", 1, 64),
                controlBodyReader.optionalString("server_id", 1, 64),
                controlBodyReader.optionalString("volume_id", 1, 64));
    }

    JsonObject toJson() {
        var json = new JsonObject()
                .put("call", call.value())
                .put("when", afterExecution ? "after" : "before")
                .put("kind", kind.value());
        putIfNotNull(json, "status", status == 0 ? null : status);
        putIfNotNull(json, "body", body);
        putIfNotNull(json, "headers", headers.isEmpty() ? null : new JsonObject(Map.copyOf(headers)));
        putIfNotNull(json, "delay_ms", kind == FaultKind.DELAY ? delayMs : null);
        putIfNotNull(json, "since", since == null ? null : since.value());
        putIfNotNull(json, "times", times);
        putIfNotNull(json, "project_id", projectId);
        putIfNotNull(json, "server_id", serverId);
        putIfNotNull(json, "volume_id", volumeId);
        return json;
    }

    private static void putIfNotNull(JsonObject json, String field, @Nullable Object value) {
        if (value != null) {
            json.put(field, value);
        }
    }

    boolean appliesTo(RequestLog.ReceivedCall receivedCall) {
        return since == null && call == receivedCall.call() && matchesIds(receivedCall);
    }

    private boolean matchesIds(RequestLog.ReceivedCall receivedCall) {
        return matches(projectId, receivedCall.projectId())
                && matches(serverId, receivedCall.serverId())
                && matches(volumeId, receivedCall.volumeId());
    }

    private static boolean matches(@Nullable String expected, @Nullable String actual) {
        return expected == null || expected.equalsIgnoreCase(actual);
    }

    /** Returns this fault after one use; null when none is left. */
    @Nullable
    Fault afterUse() {
        if (times == null) {
            return this;
        }
        return times <= 1 ? null : copyWith(since, times - 1);
    }

    /** Returns this fault, activated if the call is the one it waits for. */
    Fault afterArrival(RequestLog.ReceivedCall receivedCall) {
        return since == receivedCall.call() && matchesIds(receivedCall) ? copyWith(null, times) : this;
    }

    private Fault copyWith(@Nullable CallKind newSince, @Nullable Integer newTimes) {
        return new Fault(
                call,
                afterExecution,
                kind,
                status,
                body,
                headers,
                delayMs,
                newSince,
                newTimes,
                projectId,
                serverId,
                volumeId);
    }

    /** Returns the response of a {@link FaultKind#STATUS} or {@link FaultKind#GARBAGE} fault. */
    SandboxResponse response(SandboxRequest sandboxRequest) {
        if (kind == FaultKind.GARBAGE) {
            return SandboxResponse.ok("{\"operation_id\": \"b894b879-a3c0-49");
        }
        if (body == null) {
            var defaultResponse = ErrorEnvelopes.defaultResponse(call, status);
            return new SandboxResponse(status, defaultResponse.body(), headers);
        }
        return new SandboxResponse(status, withIds(body, sandboxRequest), headers);
    }

    private static Object withIds(Object body, SandboxRequest sandboxRequest) {
        if (!(body instanceof JsonObject object)) {
            return body;
        }
        var text = object.encode();
        for (var id : List.of("server", "volume", "operation")) {
            text = text.replace("\"{" + id + "}\"", "\"" + sandboxRequest.pathParam(id) + "\"");
        }
        return new JsonObject(text);
    }

    static JsonArray toJson(List<Fault> faults) {
        return new JsonArray(faults.stream().map(Fault::toJson).toList());
    }
}
