package dev.attachgateway.attach;

import dev.attachgateway.testkit.Fork;
import dev.attachgateway.testkit.QuickProfile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.Map;

/** {@link QuickProfile} with grants that a test can withdraw. */
public class IdempotencyKeyProfile extends QuickProfile {
    private static final Path BUNDLED = Path.of("src/main/resources/sandbox/grants.yaml");
    private static final Path GRANTS = Fork.file("grants-for-keys.yaml");

    @Override
    public Map<String, String> getConfigOverrides() {
        restore();
        var all = new HashMap<>(super.getConfigOverrides());
        all.put("access.grants-file", GRANTS.toString());
        return all;
    }

    /** Restores the grants of the sandbox. */
    static void restore() {
        write(bundled());
    }

    /** Withdraws attach and detach from the group attachers, which keeps read. */
    static void withdrawAttach() {
        write(bundled().replace("actions: [read, attach, detach]\n", "actions: [read]\n"));
    }

    private static String bundled() {
        try {
            return Files.readString(BUNDLED);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void write(String grants) {
        try {
            var fresh = GRANTS.resolveSibling("grants-for-keys.new");
            Files.createDirectories(GRANTS.resolveSibling("."));
            Files.writeString(fresh, grants);
            Files.move(fresh, GRANTS, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
