package dev.attachgateway.access.oidc;

import dev.attachgateway.testkit.Keycloak;
import dev.attachgateway.testkit.MachineRequirements;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Runs a real Keycloak as the issuer {@code corp}, if it is installed on this machine. */
public class KeycloakForTests implements QuarkusTestResourceLifecycleManager {
    private @Nullable Keycloak keycloak;

    @Override
    public Map<String, String> start() {
        if (!Keycloak.isThere()) {
            if (MachineRequirements.strict()) {
                throw new AssertionError("This test needs Keycloak, and -Dstrict does not allow skips.");
            }
            return Map.of();
        }
        try {
            keycloak = Keycloak.start(Files.createTempDirectory("keycloak"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Map.of(
                "access.issuers.corp.url",
                keycloak.url(),
                "access.grants-file",
                "classpath:keycloak/grants.yaml",
                "access.session.issuer",
                "corp");
    }

    @Override
    public void inject(Object test) {
        ((KeycloakTest) test).keycloak = keycloak;
    }

    @Override
    public void stop() {
        if (keycloak != null) {
            keycloak.close();
        }
    }
}
