package dev.attachgateway.sequence;

import dev.attachgateway.testkit.AttachFixture;
import dev.attachgateway.testkit.PostgresForTests;
import dev.attachgateway.testkit.QuickProfile;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import org.junit.jupiter.api.Test;

/**
 * Proves that after random sequences of requests, interventions and network faults the responses, the operations, the
 * cloud's ledger and the cloud agree. Longer with {@code -Dsequences.batches=100 -Dsequences.seconds=3600}.
 */
@QuarkusTest
@TestProfile(QuickProfile.class)
@WithTestResource(PostgresForTests.class)
class SequencesTest {
    @Test
    void responses_ledger_and_cloud_agree_after_random_sequences() {
        new SequenceRunner(AttachFixture::set, () -> {}).run();
    }
}
