package dev.attachgateway.attach;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attachgateway.testkit.AttachFixture;
import dev.attachgateway.testkit.PostgresForTests;
import dev.attachgateway.testkit.StrictProfile;
import dev.attachgateway.testkit.Timeouts;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Proves that with {@code attach.shared} a shareable disk, and only such a disk, is attached to several servers. */
@QuarkusTest
@TestProfile(StrictProfile.class)
@WithTestResource(PostgresForTests.class)
class SharedDiskTest {
    private AttachFixture attachFixture;

    /** Tests of the same gateway may have opened its breaker. */
    @BeforeEach
    void awaitClosedBreaker() {
        Awaitility.await()
                .atMost(Timeouts.CONDITION)
                .until(() -> AttachFixture.set().attach().status() == 200);
        attachFixture = AttachFixture.set();
    }

    @Test
    void a_shareable_disk_is_attached_to_a_second_server_when_sharing_is_allowed() {
        var disk = attachFixture.cloud().newVolume(Map.of("multiattach", true));
        var first = attachFixture.with(attachFixture.server(), disk);
        first.awaitStatus(first.attach().operationId(), "success");
        var second = attachFixture.with(attachFixture.cloud().newServer(), disk);
        second.awaitStatus(second.attach().operationId(), "success");
        assertThat(attachFixture.effects()).isZero();
        assertThat(second.effects()).isEqualTo(2);
        assertThat(second.attach().code()).isEqualTo("Gateway.DiskAlreadyAttached");
        var notShareable = attachFixture.with(second.server(), "ae658f33-fe3b-490b-93f4-48b3a5aa3c81");
        assertThat(notShareable.attach().code()).isEqualTo("Gateway.DiskInUse");
    }
}
