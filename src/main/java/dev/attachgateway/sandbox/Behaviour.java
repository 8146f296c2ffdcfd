package dev.attachgateway.sandbox;

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
record Behaviour(
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

    static final Behaviour DEFAULT = new Behaviour(3_000, 2_000, 500, 500, false, null, 0, false, false, null, 10_000);

    /**
     * This behaviour with the named fields changed; null stands for a field's default.
     *
     * @throws Refusal with 400 for an unknown field or an impossible value
     */
    Behaviour with(JsonObject change) {
        JsonObject whole = toJson();
        JsonObject defaults = DEFAULT.toJson();
        for (String field : change.fieldNames()) {
            if (!defaults.containsKey(field)) {
                throw Refusal.unclear(
                        "There is no behaviour '" + field + "'; known are " + defaults.fieldNames() + ".");
            }
            Object value = change.getValue(field);
            whole.put(field, value == null ? defaults.getValue(field) : value);
        }
        return from(whole);
    }

    static Behaviour from(JsonObject json) {
        Fields fields = new Fields(json);
        return new Behaviour(
                fields.whole("attach_ms", 0, HOUR),
                fields.whole("detach_ms", 0, HOUR),
                fields.whole("evs_lag_ms", 0, HOUR),
                fields.whole("server_lag_ms", 0, HOUR),
                fields.truth("stuck"),
                fields.text("fail_code", 8, 36),
                fields.whole("clock_skew_ms", -DAY, DAY),
                fields.truth("refuse_repeat"),
                fields.truth("busy"),
                fields.has("limit") ? (Integer) (int) fields.whole("limit", 0, 1_000) : null,
                fields.whole("signature_ms", 0, DAY));
    }

    JsonObject toJson() {
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
