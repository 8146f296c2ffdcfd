package dev.attachgateway.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.Map;
import org.awaitility.Awaitility;

/** {@link QuickProfile} with an access key file that a test can rewrite; it begins with the sandbox's keys. */
public class SigningProfile extends QuickProfile {
    private static final Path BUNDLED = Path.of("src/main/resources/sandbox/access-keys.yaml");
    private static final Path KEYS = Fork.file("access-keys.yaml");

    @Override
    public Map<String, String> getConfigOverrides() {
        write(bundled());
        var all = new HashMap<>(super.getConfigOverrides());
        all.put("access.keys-file", KEYS.toString());
        return all;
    }

    /** Restores the sandbox's keys, and waits until the gateway accepts one of them. */
    public static void restore(GatewayClient gateway) {
        write(bundled());
        var path = "/v1/" + GatewayClient.P1 + "/dev-servers/operations";
        Awaitility.await()
                .atMost(Timeouts.CONDITION)
                .until(() -> Signing.get(gateway, Signing.KEY_1, path).status() == 200);
    }

    /** The content of the sandbox's key file. */
    public static String bundled() {
        try {
            return Files.readString(BUNDLED);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Replaces the key file; the gateway applies the new keys within a second. */
    public static void write(String keys) {
        try {
            var newFile = KEYS.resolveSibling("access-keys-for-tests.next");
            Files.createDirectories(KEYS.getParent());
            Files.writeString(newFile, keys);
            Files.setPosixFilePermissions(newFile, PosixFilePermissions.fromString("rw-------"));
            Files.move(newFile, KEYS, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
