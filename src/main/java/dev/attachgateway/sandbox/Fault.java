package dev.attachgateway.sandbox;

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
        Kind call,
        boolean after,
        Trouble trouble,
        int status,
        @Nullable Object body,
        long delayMs,
        @Nullable Kind since,
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
            Arrays.stream(Kind.values()).map(Kind::word).toList();

    private static final List<String> TROUBLES =
            Arrays.stream(Trouble.values()).map(Trouble::word).toList();

    /**
     * Reads a fault as the control door takes it.
     *
     * @throws Refusal with 400 for an unknown field or an impossible value
     */
    static Fault from(JsonObject json) {
        Fields fields = new Fields(json);
        fields.onlyThese(FIELDS);
        Trouble trouble = Trouble.valueOf(fields.oneOf("kind", TROUBLES).toUpperCase(Locale.ROOT));
        Object body = json.getValue("body");
        if (!(body == null || body instanceof JsonObject || body instanceof String)) {
            throw Refusal.unclear("'body' must be an object or a text.");
        }
        return new Fault(
                Kind.of(fields.oneOf("call", CALLS)).orElseThrow(),
                fields.has("when")
                        && fields.oneOf("when", List.of("before", "after")).equals("after"),
                trouble,
                trouble == Trouble.STATUS || fields.has("status") ? (int) fields.whole("status", 200, 599) : 0,
                body,
                trouble == Trouble.DELAY || fields.has("delay_ms") ? fields.whole("delay_ms", 0, 600_000) : 0,
                fields.has("since") ? Kind.of(fields.oneOf("since", CALLS)).orElseThrow() : null,
                fields.has("times") ? (Integer) (int) fields.whole("times", 1, 1_000_000) : null,
                fields.text("project_id", 1, 64),
                fields.text("server_id", 1, 64),
                fields.text("volume_id", 1, 64));
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

    boolean befalls(Requests.Arrival arrival) {
        return since == null && call == arrival.call() && concerns(arrival);
    }

    private boolean concerns(Requests.Arrival arrival) {
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
    Fault noting(Requests.Arrival arrival) {
        return since == arrival.call() && concerns(arrival) ? with(null, times) : this;
    }

    private Fault with(@Nullable Kind waiting, @Nullable Integer befalling) {
        return new Fault(
                call, after, trouble, status, body, delayMs, waiting, befalling, projectId, serverId, volumeId);
    }

    /** What a {@link Trouble#STATUS} or {@link Trouble#GARBAGE} fault says. */
    Answer answer() {
        if (trouble == Trouble.GARBAGE) {
            return Answer.ok("{\"operation_id\": \"b894b879-a3c0-49");
        }
        return body == null ? Envelopes.fitting(call, status) : Answer.of(status, body);
    }

    static JsonArray toJson(List<Fault> faults) {
        return new JsonArray(faults.stream().map(Fault::toJson).toList());
    }
}
