package dev.attachgateway.stream;

import dev.attachgateway.testkit.QuickProfile;
import java.util.HashMap;
import java.util.Map;

/** Clients are told to come back soon, and peers that confirm nothing are given up soon. */
public class SoonProfile extends QuickProfile {
    @Override
    public Map<String, String> getConfigOverrides() {
        var all = new HashMap<>(super.getConfigOverrides());
        all.put("stream.retry-min", "200ms");
        all.put("stream.peer-timeout", "2s");
        all.put("stream.heartbeat", "500ms");
        return all;
    }
}
