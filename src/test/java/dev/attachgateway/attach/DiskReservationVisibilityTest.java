package dev.attachgateway.attach;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attachgateway.testkit.AttachFixture;
import dev.attachgateway.testkit.GatewayClient;
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

/** Proves that the operation that has reserved a disk is named only to callers who may read it. */
@QuarkusTest
@TestProfile(StrictProfile.class)
@WithTestResource(PostgresForTests.class)
class DiskReservationVisibilityTest {
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
    void the_holding_operation_is_hidden_from_callers_who_may_not_read_it() {
        attachFixture.cloud().behaviour(Map.of("stuck", true));
        var holder = attachFixture.attach();
        assertThat(holder.status()).isEqualTo(200);
        var refused = attachFixture
                .gateway()
                .attach("stranger", GatewayClient.P1, "6513270e-269e-4d37-b2a7-4de452e6b438", attachFixture.disk());
        assertThat(refused.code()).isEqualTo("Gateway.DiskReserved");
        assertThat(refused.json().has("held_by_operation_id")).isFalse();
        assertThat(refused.body()).doesNotContain(holder.operationId(), attachFixture.server());
        assertThat(attachFixture
                        .gateway()
                        .operation("stranger", GatewayClient.P1, attachFixture.server(), holder.operationId())
                        .status())
                .isEqualTo(403);
    }
}
