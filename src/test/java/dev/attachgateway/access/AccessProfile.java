package dev.attachgateway.access;

import io.quarkus.test.junit.QuarkusTestProfile;
import java.util.Set;

/** The doorman with two doors behind it that exist for its tests only. */
public class AccessProfile implements QuarkusTestProfile {
    @Override
    public Set<Class<?>> getEnabledAlternatives() {
        return Set.of(Doors.class);
    }
}
