package dev.attachgateway.stream;

import dev.attachgateway.testkit.PostgresForTests;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import java.util.HashMap;
import java.util.Map;

/** Proves the same for streams that are written through the HTTP server. */
@QuarkusTest
@TestProfile(SlowHistoryThroughServerTest.Plain.class)
@WithTestResource(PostgresForTests.class)
class SlowHistoryThroughServerTest extends SlowHistoryTest {
    /** Writes as under encryption. */
    public static class Plain extends SmallSockets {
        @Override
        public Map<String, String> getConfigOverrides() {
            var all = new HashMap<>(super.getConfigOverrides());
            all.put("stream.write-path", "plain");
            return all;
        }
    }
}
