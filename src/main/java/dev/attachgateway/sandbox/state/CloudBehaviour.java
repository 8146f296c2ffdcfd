package dev.attachgateway.sandbox.state;

import dev.attachgateway.sandbox.http.ControlBodyReader;
import dev.attachgateway.sandbox.http.RejectedCallException;
import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/**
 * Configurable behaviour of the simulated cloud; all times in milliseconds.
 *
 * @param attachMs from acceptance to the end of an attach
 * @param detachMs from acceptance to the end of a detach
 * @param evsLagMs from the end of an operation until EVS shows it
 * @param serverLagMs from the end of an operation until the server's {@code volumes[]} shows it
 * @param stuck while true, no unfinished operation completes
 * @param failCode when set, operations accepted from then on fail with it
 * @param clockSkewMs added to the clock of the cloud's Date header and signature check
 * @param refuseRepeat reject calls that the disk's state does not allow, instead of executing them
 * @param busy reject a second operation on a server with an unfinished one
 * @param limit maximum number of data disks of a server; null for no limit
 * @param signatureMs tolerance between a signature's date and the cloud's clock
 */
public record CloudBehaviour(
        long attachMs,
        long detachMs,
        long evsLagMs,
        long serverLagMs,
        boolean stuck,
        @Nullable String failCode,
        long clockSkewMs,
        boolean refuseRepeat,
        boolean busy,
        @Nullable Integer limit,
        long signatureMs) {

    private static final long HOUR = 3_600_000;

    private static final long DAY = 24 * HOUR;

    public static final CloudBehaviour DEFAULT =
            new CloudBehaviour(3_000, 2_000, 500, 500, false, null, 0, false, false, null, 10_000);

    /**
     * Returns this behaviour with the given fields changed; null restores a field's default.
     *
     * @throws RejectedCallException with 400 for an unknown field or an invalid value
     */
    public CloudBehaviour withChanges(JsonObject changes) {
        JsonObject merged = toJson();
        JsonObject defaults = DEFAULT.toJson();
        for (String field : changes.fieldNames()) {
            if (!defaults.containsKey(field)) {
                throw RejectedCallException.badRequest(
                        "Unknown behaviour '" + field + "'; the fields are " + defaults.fieldNames() + ".");
            }
            Object value = changes.getValue(field);
            merged.put(field, value == null ? defaults.getValue(field) : value);
        }
        return fromJson(merged);
    }

    static CloudBehaviour fromJson(JsonObject json) {
        var controlBodyReader = new ControlBodyReader(json);
        return new CloudBehaviour(
                controlBodyReader.requireLong("attach_ms", 0, HOUR),
                controlBodyReader.requireLong("detach_ms", 0, HOUR),
                controlBodyReader.requireLong("evs_lag_ms", 0, HOUR),
                controlBodyReader.requireLong("server_lag_ms", 0, HOUR),
                controlBodyReader.requireBoolean("stuck"),
                controlBodyReader.optionalString("fail_code", 8, 36),
                controlBodyReader.requireLong("clock_skew_ms", -DAY, DAY),
                controlBodyReader.requireBoolean("refuse_repeat"),
                controlBodyReader.requireBoolean("busy"),
                controlBodyReader.has("limit")
                        ? (Integer) (int) controlBodyReader.requireLong("limit", 0, 1_000)
                        : null,
                controlBodyReader.requireLong("signature_ms", 0, DAY));
    }

    /** Returns the behaviour as in the control API. */
    public JsonObject toJson() {
        return new JsonObject()
                .put("attach_ms", attachMs)
                .put("detach_ms", detachMs)
                .put("evs_lag_ms", evsLagMs)
                .put("server_lag_ms", serverLagMs)
                .put("stuck", stuck)
                .put("fail_code", failCode)
                .put("clock_skew_ms", clockSkewMs)
                .put("refuse_repeat", refuseRepeat)
                .put("busy", busy)
                .put("limit", limit)
                .put("signature_ms", signatureMs);
    }
}
