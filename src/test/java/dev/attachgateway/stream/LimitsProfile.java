package dev.attachgateway.stream;

import java.util.HashMap;
import java.util.Map;

/** Limits so low that a test can exhaust them. */
public class LimitsProfile extends FeedProfile {
    public static final int PER_CALLER = 5;
    public static final int PER_PROJECT = 8;
    public static final int PER_REPLICA = 12;

    @Override
    public Map<String, String> getConfigOverrides() {
        var all = new HashMap<>(super.getConfigOverrides());
        all.put("stream.max-per-caller", Integer.toString(PER_CALLER));
        all.put("stream.max-per-project", Integer.toString(PER_PROJECT));
        all.put("stream.max-per-replica", Integer.toString(PER_REPLICA));
        return all;
    }
}
