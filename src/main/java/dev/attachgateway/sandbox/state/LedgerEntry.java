package dev.attachgateway.sandbox.state;

import io.vertx.core.json.JsonObject;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An operation the cloud accepted, with the times that were in force at that moment: what it looks like later is a
 * function of these and the clock.
 *
 * @param at acceptance, in milliseconds since the epoch, as all instants here
 * @param failCode the code it ends with; null when it will succeed
 * @param device the device an attach takes
 */
public record LedgerEntry(
        boolean attach,
        String projectId,
        String serverId,
        String volumeId,
        String operationId,
        long at,
        long durationMs,
        long evsLagMs,
        long serverLagMs,
        @Nullable String failCode,
        String device) {

    static final long NEVER = Long.MAX_VALUE;

    String type() {
        return attach ? "attach" : "detach";
    }

    boolean succeeds() {
        return failCode == null;
    }

    /** When it ends; {@link #NEVER} while operations are stuck. */
    long end(StuckPeriods stuck) {
        return stuck.release(at, at + durationMs);
    }

    /** When EVS shows its outcome. */
    long shownByEvs(StuckPeriods stuck) {
        return later(end(stuck), evsLagMs);
    }

    /** When the server's {@code volumes[]} shows its outcome. */
    long shownByServer(StuckPeriods stuck) {
        return later(end(stuck), serverLagMs);
    }

    private static long later(long end, long lag) {
        return end == NEVER ? NEVER : end + lag;
    }

    /** What ModelArts answers on acceptance. */
    public JsonObject accepted() {
        return shape("pending");
    }

    private JsonObject shape(String status) {
        return new JsonObject()
                .put("operation_id", operationId)
                .put("operation_status", status)
                .put("operation_type", "node_" + type() + "_volume");
    }

    /** ModelArts' shape of an operation, Huawei Cloud ModelArts API reference, ShowServerOperation. */
    public JsonObject operation(StuckPeriods stuck, long now) {
        JsonObject operation = shape(status(stuck, now));
        if (failCode != null && now >= end(stuck)) {
            operation.put(
                    "operation_error",
                    new JsonObject()
                            .put("code", failCode)
                            .put(
                                    "message",
                                    "The sandbox was told to fail the " + type() + " of volume " + volumeId + "."));
        }
        return operation;
    }

    private String status(StuckPeriods stuck, long now) {
        if (now >= end(stuck)) {
            return succeeds() ? "success" : "failed";
        }
        return now < at + durationMs / 4 ? "pending" : "running";
    }

    /** The effect as the control door tells it. */
    public JsonObject ledgerLine() {
        return new JsonObject()
                .put("type", type())
                .put("project_id", projectId)
                .put("server_id", serverId)
                .put("volume_id", volumeId)
                .put("operation_id", operationId)
                .put("at", Instant.ofEpochMilli(at).toString());
    }

    JsonObject toJson() {
        return ledgerLine()
                .put("duration_ms", durationMs)
                .put("evs_lag_ms", evsLagMs)
                .put("server_lag_ms", serverLagMs)
                .put("fail_code", failCode)
                .put("device", device);
    }

    static LedgerEntry from(JsonObject json) {
        return new LedgerEntry(
                json.getString("type").equals("attach"),
                json.getString("project_id"),
                json.getString("server_id"),
                json.getString("volume_id"),
                json.getString("operation_id"),
                json.getInstant("at").toEpochMilli(),
                json.getLong("duration_ms"),
                json.getLong("evs_lag_ms"),
                json.getLong("server_lag_ms"),
                (String) json.getValue("fail_code"),
                json.getString("device"));
    }
}
