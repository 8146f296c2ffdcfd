package dev.attachgateway.inventory;

import dev.attachgateway.testkit.Fork;
import dev.attachgateway.testkit.QuickProfile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** Grants of all sorts, and nothing that is remembered. */
public class EstateProfile extends QuickProfile {
    @Override
    public Map<String, String> getConfigOverrides() {
        var all = new HashMap<>(super.getConfigOverrides());
        all.put("access.grants-file", grants().toString());
        all.put("inventory.cache-ttl", "0s");
        return all;
    }

    static Path grants() {
        try {
            return Files.writeString(Fork.file("estate-grants.yaml"), Estate.file());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Answers last as long as the gateway, a walk ends soon, and the breaker opens soon and for seconds. */
    public static class Remembering extends EstateProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            var all = new HashMap<>(super.getConfigOverrides());
            all.put("inventory.cache-ttl", "1h");
            all.put("inventory.max-scan", "500");
            all.put("upstream.breaker.window", "6");
            all.put("upstream.breaker.delay", "5s");
            return all;
        }
    }
}
