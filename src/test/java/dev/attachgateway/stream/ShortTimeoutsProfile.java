package dev.attachgateway.stream;

import dev.attachgateway.testkit.QuickProfile;
import java.util.HashMap;
import java.util.Map;

/** A short reconnection delay, and a short timeout for peers that acknowledge nothing. */
public class ShortTimeoutsProfile extends QuickProfile {
    @Override
    public Map<String, String> getConfigOverrides() {
        var all = new HashMap<>(super.getConfigOverrides());
        all.put("stream.retry-min", "200ms");
        all.put("stream.peer-timeout", "2s");
        all.put("stream.heartbeat", "500ms");
        return all;
    }
}
