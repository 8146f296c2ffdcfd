package dev.attachgateway.inventory;

import dev.attachgateway.testkit.Fork;
import dev.attachgateway.testkit.QuickProfile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** Random grants, without a cache of reads. */
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
            return Files.writeString(Fork.file("estate-grants.yaml"), Estate.grantsFile());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Cached reads never expire, scans have a low limit, and the breaker opens early and for seconds. */
    public static class LongCache extends EstateProfile {
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
