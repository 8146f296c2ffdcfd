package dev.attachgateway.access;

import io.quarkus.test.junit.QuarkusTestProfile;
import java.util.List;
import java.util.Set;

/** The gateway with test issuers and protected routes that exist for the tests only. */
public class AccessProfile implements QuarkusTestProfile {
    @Override
    public Set<Class<?>> getEnabledAlternatives() {
        return Set.of(ProtectedRoutes.class);
    }

    @Override
    public List<TestResourceEntry> testResources() {
        return List.of(new TestResourceEntry(IssuerForTests.class));
    }
}
