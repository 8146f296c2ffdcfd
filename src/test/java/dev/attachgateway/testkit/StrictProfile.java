package dev.attachgateway.testkit;

import java.util.HashMap;
import java.util.Map;

/** {@link QuickProfile} with a sensitive breaker, shareable disks, and a caller who may read only one server. */
public class StrictProfile extends QuickProfile {
    @Override
    public Map<String, String> getConfigOverrides() {
        var all = new HashMap<>(super.getConfigOverrides());
        all.put("upstream.breaker.window", "6");
        all.put("upstream.breaker.delay", "2s");
        all.put("attach.shared", "true");
        all.put("access.grants-file", "classpath:testkit/grants.yaml");
        return all;
    }
}
