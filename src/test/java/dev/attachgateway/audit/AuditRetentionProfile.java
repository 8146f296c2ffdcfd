package dev.attachgateway.audit;

import dev.attachgateway.testkit.QuickProfile;
import java.util.HashMap;
import java.util.Map;

/** Seals of three entries, made only when a test runs the seal job. */
public class AuditRetentionProfile extends QuickProfile {
    public static final int SEAL_MAX_ENTRIES = 3;

    @Override
    public Map<String, String> getConfigOverrides() {
        var all = new HashMap<>(super.getConfigOverrides());
        all.put("audit.seal-interval", "1h");
        all.put("audit.seal-max-entries", Integer.toString(SEAL_MAX_ENTRIES));
        return all;
    }
}
