package dev.attachgateway.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.Map;

/** The quick gateway with a file of access keys that a test rewrites: at first the practice cloud's own. */
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

    /** The practice cloud's keys. */
    public static String bundled() {
        try {
            return Files.readString(BUNDLED);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Puts these keys and no others in force within a second. */
    public static void write(String keys) {
        try {
            var next = KEYS.resolveSibling("access-keys-for-tests.next");
            Files.createDirectories(KEYS.getParent());
            Files.writeString(next, keys);
            Files.setPosixFilePermissions(next, PosixFilePermissions.fromString("rw-------"));
            Files.move(next, KEYS, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
