package dev.attachgateway.operation;

import dev.attachgateway.testkit.QuickProfile;
import java.util.HashMap;
import java.util.Map;

/** Periodic jobs run only when a test triggers them, and in small batches. */
public class ManualInterventionProfile extends QuickProfile {
    @Override
    public Map<String, String> getConfigOverrides() {
        var all = new HashMap<>(super.getConfigOverrides());
        all.put("operation.retention.batch-size", "2");
        all.put("operation.retention.interval", "1h");
        all.put("operation.reconcile.poll-interval", "1h");
        all.put("operation.reconcile.batch-size", "10");
        return all;
    }
}
