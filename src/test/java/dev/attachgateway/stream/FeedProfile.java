package dev.attachgateway.stream;

import dev.attachgateway.testkit.QuickProfile;
import java.util.HashMap;
import java.util.Map;

/** Everything that is bounded is bounded tightly, so that a few hundred events meet every bound. */
public class FeedProfile extends QuickProfile {
    static final int PAGE = 20;
    static final int MEMORY = 100;
    static final int SNAPSHOT_MOST = 12;
    static final int HISTORY_MOST = 400;

    @Override
    public Map<String, String> getConfigOverrides() {
        var all = new HashMap<>(super.getConfigOverrides());
        all.put("access.grants-file", "classpath:testkit/feed.yaml");
        all.put("stream.page-size", Integer.toString(PAGE));
        all.put("stream.memory-events", Integer.toString(MEMORY));
        all.put("stream.snapshot-max-operations", Integer.toString(SNAPSHOT_MOST));
        all.put("stream.replay-max-events", Integer.toString(HISTORY_MOST));
        all.put("stream.poll-interval", "200ms");
        return all;
    }
}
