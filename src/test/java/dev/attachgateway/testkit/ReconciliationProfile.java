package dev.attachgateway.testkit;

import java.util.HashMap;
import java.util.Map;

/** {@link QuickProfile} with short intervals of reconciliation and of the check for stuck operations. */
public class ReconciliationProfile extends QuickProfile {
    @Override
    public Map<String, String> getConfigOverrides() {
        var all = new HashMap<>(super.getConfigOverrides());
        all.put("operation.reconcile.min-interval", "200ms");
        all.put("operation.reconcile.max-interval", "500ms");
        all.put("operation.reconcile.poll-interval", "100ms");
        all.put("operation.stuck.check-interval", "100ms");
        all.put("operation.stuck.following", "1s");
        all.put("operation.stuck.confirming", "1s");
        return all;
    }
}
