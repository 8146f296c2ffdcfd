package dev.attachgateway.sequence;

import dev.attachgateway.testkit.AttachFixture;
import dev.attachgateway.testkit.PostgresForTests;
import dev.attachgateway.testkit.QuickProfile;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import org.junit.jupiter.api.Test;

/**
 * Whatever callers and operators ask for in whatever order, over whatever network: in the end the answers, the operations,
 * the cloud's ledger and the cloud agree. More of it with {@code -Dsequences.batches=100 -Dsequences.seconds=3600}.
 */
@QuarkusTest
@TestProfile(QuickProfile.class)
@WithTestResource(PostgresForTests.class)
class SequencesTest {
    @Test
    void in_the_end_answers_ledger_and_cloud_agree() {
        new Trial(AttachFixture::set, () -> {}).run();
    }
}
