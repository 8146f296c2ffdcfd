package dev.attachgateway.sandbox.state;

import dev.attachgateway.sandbox.http.ControlBodyReader;
import dev.attachgateway.sandbox.http.RejectedCallException;
import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/**
 * How the practice cloud behaves; all times in milliseconds.
 *
 * @param attachMs from acceptance to the end of an attach
 * @param detachMs from acceptance to the end of a detach
 * @param evsLagMs from the end of an operation until EVS shows it
 * @param serverLagMs from the end of an operation until the server's {@code volumes[]} shows it
 * @param stuck while true, no unfinished operation ends
 * @param failCode when set, operations accepted meanwhile end failed with it
 * @param clockSkewMs added to the clock of the cloud's Date header and signature check
 * @param refuseRepeat refuse what the disk's state does not allow, instead of carrying it out
 * @param busy refuse a second operation on a server with an unfinished one
 * @param limit data disks a server may have; null for no limit
 * @param signatureMs how far a signature's date may be from the cloud's clock
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
     * This behaviour with the named fields changed; null stands for a field's default.
     *
     * @throws RejectedCallException with 400 for an unknown field or an impossible value
     */
    public CloudBehaviour with(JsonObject change) {
        JsonObject whole = toJson();
        JsonObject defaults = DEFAULT.toJson();
        for (String field : change.fieldNames()) {
            if (!defaults.containsKey(field)) {
                throw RejectedCallException.unclear(
                        "There is no behaviour '" + field + "'; known are " + defaults.fieldNames() + ".");
            }
            Object value = change.getValue(field);
            whole.put(field, value == null ? defaults.getValue(field) : value);
        }
        return from(whole);
    }

    static CloudBehaviour from(JsonObject json) {
        ControlBodyReader controlBodyReader = new ControlBodyReader(json);
        return new CloudBehaviour(
                controlBodyReader.whole("attach_ms", 0, HOUR),
                controlBodyReader.whole("detach_ms", 0, HOUR),
                controlBodyReader.whole("evs_lag_ms", 0, HOUR),
                controlBodyReader.whole("server_lag_ms", 0, HOUR),
                controlBodyReader.truth("stuck"),
                controlBodyReader.text("fail_code", 8, 36),
                controlBodyReader.whole("clock_skew_ms", -DAY, DAY),
                controlBodyReader.truth("refuse_repeat"),
                controlBodyReader.truth("busy"),
                controlBodyReader.has("limit") ? (Integer) (int) controlBodyReader.whole("limit", 0, 1_000) : null,
                controlBodyReader.whole("signature_ms", 0, DAY));
    }

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
