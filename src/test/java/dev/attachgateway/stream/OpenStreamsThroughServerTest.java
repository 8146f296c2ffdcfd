package dev.attachgateway.stream;

import dev.attachgateway.testkit.PostgresForTests;
import dev.attachgateway.testkit.QuickProfile;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import java.util.HashMap;
import java.util.Map;

/** The same where the bytes go through the HTTP server. */
@QuarkusTest
@TestProfile(OpenStreamsThroughServerTest.Plain.class)
@WithTestResource(PostgresForTests.class)
class OpenStreamsThroughServerTest extends OpenStreamsTest {
    /** As under encryption. */
    public static class Plain extends QuickProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            var all = new HashMap<>(super.getConfigOverrides());
            all.put("stream.write-path", "plain");
            return all;
        }
    }
}
