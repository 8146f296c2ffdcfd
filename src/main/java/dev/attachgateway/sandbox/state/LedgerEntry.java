package dev.attachgateway.sandbox.state;

import io.vertx.core.json.JsonObject;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An operation that the cloud accepted, with the durations in effect at that moment; its later state is computed from
 * these and the clock.
 *
 * @param at time of acceptance; all instants are in milliseconds since the epoch
 * @param failCode error code it fails with; null when it succeeds
 * @param device device name of an attach
 */
public record LedgerEntry(
        boolean isAttach,
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
        return isAttach ? "attach" : "detach";
    }

    boolean succeeds() {
        return failCode == null;
    }

    /** Returns when it completes; {@link #NEVER} while operations are stuck. */
    long endsAt(StuckPeriods stuck) {
        return stuck.actualEnd(at, at + durationMs);
    }

    /** Returns when EVS shows its outcome. */
    long visibleInEvsAt(StuckPeriods stuck) {
        return plusLag(endsAt(stuck), evsLagMs);
    }

    /** Returns when the server's {@code volumes[]} shows its outcome. */
    long visibleOnServerAt(StuckPeriods stuck) {
        return plusLag(endsAt(stuck), serverLagMs);
    }

    private static long plusLag(long end, long lag) {
        return end == NEVER ? NEVER : end + lag;
    }

    /** Returns the response of ModelArts on acceptance. */
    public JsonObject toAcceptedJson() {
        return baseJson("pending");
    }

    private JsonObject baseJson(String status) {
        return new JsonObject()
                .put("operation_id", operationId)
                .put("operation_status", status)
                .put("operation_type", "node_" + type() + "_volume");
    }

    /** Returns the operation in the format of ModelArts, Huawei Cloud ModelArts API reference, ShowServerOperation. */
    public JsonObject toOperationJson(StuckPeriods stuck, long now) {
        JsonObject operation = baseJson(status(stuck, now));
        if (failCode != null && now >= endsAt(stuck)) {
            operation.put(
                    "operation_error",
                    new JsonObject()
                            .put("code", failCode)
                            .put(
                                    "message",
                                    "The sandbox is configured to fail the " + type() + " of volume " + volumeId
                                            + "."));
        }
        return operation;
    }

    private String status(StuckPeriods stuck, long now) {
        if (now >= endsAt(stuck)) {
            return succeeds() ? "success" : "failed";
        }
        return now < at + durationMs / 4 ? "pending" : "running";
    }

    /** Returns the effect as in the control API. */
    public JsonObject toLedgerJson() {
        return new JsonObject()
                .put("type", type())
                .put("project_id", projectId)
                .put("server_id", serverId)
                .put("volume_id", volumeId)
                .put("operation_id", operationId)
                .put("at", Instant.ofEpochMilli(at).toString());
    }

    JsonObject toJson() {
        return toLedgerJson()
                .put("duration_ms", durationMs)
                .put("evs_lag_ms", evsLagMs)
                .put("server_lag_ms", serverLagMs)
                .put("fail_code", failCode)
                .put("device", device);
    }

    static LedgerEntry fromJson(JsonObject json) {
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
