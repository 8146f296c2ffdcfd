package dev.attachgateway.access;

import java.util.Map;

/** Limits so narrow that a test can reach them, and proxies in this machine that say where their requests come from. */
public class LimitedProfile extends AccessProfile {
    static final int BURST = 12;
    static final int FAILURES = 6;

    @Override
    public Map<String, String> getConfigOverrides() {
        return Map.of(
                "access.trusted-proxies", "127.0.0.0/8",
                "access.limits.rate", "0.01",
                "access.limits.burst", Integer.toString(BURST),
                "access.limits.write-cost", "5",
                "access.limits.failures", Integer.toString(FAILURES));
    }
}
