package dev.attachgateway.audit;

import dev.attachgateway.testkit.QuickProfile;
import java.util.HashMap;
import java.util.Map;

/** Small seals, and none but those that a test asks for. */
public class AuditRetentionProfile extends QuickProfile {
    public static final int LINES = 3;

    @Override
    public Map<String, String> getConfigOverrides() {
        var all = new HashMap<>(super.getConfigOverrides());
        all.put("audit.seal-interval", "1h");
        all.put("audit.seal-max-entries", Integer.toString(LINES));
        return all;
    }
}
