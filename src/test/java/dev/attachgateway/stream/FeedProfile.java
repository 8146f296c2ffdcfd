package dev.attachgateway.stream;

import dev.attachgateway.testkit.QuickProfile;
import java.util.HashMap;
import java.util.Map;

/** Sets every limit so low that a few hundred events reach it. */
public class FeedProfile extends QuickProfile {
    static final int PAGE = 20;
    static final int MEMORY = 100;
    static final int MAX_SNAPSHOT = 12;
    static final int MAX_HISTORY = 400;

    @Override
    public Map<String, String> getConfigOverrides() {
        var all = new HashMap<>(super.getConfigOverrides());
        all.put("access.grants-file", "classpath:testkit/feed.yaml");
        all.put("stream.page-size", Integer.toString(PAGE));
        all.put("stream.memory-events", Integer.toString(MEMORY));
        all.put("stream.snapshot-max-operations", Integer.toString(MAX_SNAPSHOT));
        all.put("stream.replay-max-events", Integer.toString(MAX_HISTORY));
        all.put("stream.poll-interval", "200ms");
        return all;
    }
}
