package dev.attachgateway.operator;

import dev.attachgateway.testkit.QuickProfile;
import java.util.HashMap;
import java.util.Map;

/** Repeats settling and queue reads only after an hour unless they are requested; has operators with different grants. */
public class SlowPollingProfile extends QuickProfile {
    @Override
    public Map<String, String> getConfigOverrides() {
        var all = new HashMap<>(super.getConfigOverrides());
        all.put("operation.settle-interval", "1h");
        all.put("operation.queue-poll-interval", "1h");
        all.put("access.grants-file", "classpath:testkit/operators.yaml");
        return all;
    }
}
