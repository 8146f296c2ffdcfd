package dev.attachgateway.testkit;

import java.util.HashMap;
import java.util.Map;

/** As the quick one, with a breaker that opens soon, disks that may be shared, and a caller who may see one server. */
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
