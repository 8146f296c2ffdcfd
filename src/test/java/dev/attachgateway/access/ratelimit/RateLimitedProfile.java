package dev.attachgateway.access.ratelimit;

import dev.attachgateway.access.AccessProfile;
import dev.attachgateway.access.IssuerForTests;
import dev.attachgateway.access.oidc.KubernetesIssuerForTests;
import java.util.List;
import java.util.Map;

/**
 * Rate limits low enough to be reached by a test, trusted proxies on this machine that report client addresses, and a
 * Kubernetes issuer.
 */
public class RateLimitedProfile extends AccessProfile {
    static final int BURST = 12;
    static final int MAX_FAILURES = 6;

    @Override
    public List<TestResourceEntry> testResources() {
        return List.of(
                new TestResourceEntry(IssuerForTests.class), new TestResourceEntry(KubernetesIssuerForTests.class));
    }

    @Override
    public Map<String, String> getConfigOverrides() {
        return Map.of(
                "access.grants-file", "classpath:testkit/cluster-grants.yaml",
                "access.trusted-proxies", "127.0.0.0/8",
                "access.limits.rate", "0.01",
                "access.limits.burst", Integer.toString(BURST),
                "access.limits.write-cost", "5",
                "access.limits.max-failures-per-minute", Integer.toString(MAX_FAILURES));
    }
}
