package dev.attachgateway.operation.intervention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.attachgateway.access.audit.AuditEntry;
import dev.attachgateway.access.authentication.Caller;
import dev.attachgateway.access.policy.Action;
import dev.attachgateway.operation.model.Operation;
import dev.attachgateway.operation.model.OperationState;
import dev.attachgateway.operation.store.LeaseLostException;
import dev.attachgateway.operation.store.LeaseStore;
import dev.attachgateway.operation.store.OperationQueries;
import dev.attachgateway.operation.store.TransitionDetails;
import dev.attachgateway.operation.store.TransitionStore;
import dev.attachgateway.testkit.AttachFixture;
import dev.attachgateway.testkit.GatewayClient;
import dev.attachgateway.testkit.PostgresForTests;
import dev.attachgateway.testkit.QuickProfile;
import dev.attachgateway.testkit.Timeouts;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.vertx.mutiny.sqlclient.Pool;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Proves that a manual end is final for a driver that was suspended meanwhile, and atomic with event and audit entry. */
@QuarkusTest
@TestProfile(QuickProfile.class)
@WithTestResource(PostgresForTests.class)
class OperationInterventionsTest {
    private static final Duration LIMIT = Timeouts.CONDITION;

    @Inject
    Pool pool;

    @Inject
    OperationQueries operationQueries;

    @Inject
    TransitionStore transitionStore;

    @Inject
    LeaseStore leaseStore;

    @Inject
    OperationInterventions operationInterventions;

    private final AttachFixture attachFixture = AttachFixture.set();

    private Operation attachStuck() {
        attachFixture.cloud().behaviour(Map.of("stuck", true));
        var id = attachFixture.attach().operationId();
        attachFixture.awaitStatus(id, "running");
        return read(UUID.fromString(id));
    }

    private Operation read(UUID id) {
        return operationQueries.find(GatewayClient.P1, id).await().atMost(LIMIT).orElseThrow();
    }

    private AuditEntry allowed(Operation operation) {
        return new AuditEntry(
                null,
                new Caller("sandbox", "operator", Set.of()),
                Action.OPERATE,
                GatewayClient.P1,
                operation.serverId(),
                operation.volumeId(),
                null,
                AuditEntry.Verdict.ALLOWED,
                "operators",
                null,
                null,
                1);
    }

    private Operation release(Operation operation) {
        Awaitility.await()
                .atMost(LIMIT)
                .ignoreExceptions()
                .until(() -> operationInterventions
                        .release(operation.id(), "a test", allowed(operation))
                        .await()
                        .atMost(LIMIT)
                        .state()
                        .isEnded());
        return read(operation.id());
    }

    @Test
    void a_driver_that_resumes_after_a_release_changes_nothing() {
        var stale = attachStuck();
        var released = release(stale);
        assertThat(released.lease().token()).isGreaterThan(stale.lease().token());
        var transition = ((OperationState.Following) stale.state()).cloudSucceeded();
        assertThatThrownBy(() -> transitionStore
                        .commit(stale, transition, TransitionDetails.noNextStep())
                        .await()
                        .atMost(LIMIT))
                .isInstanceOf(LeaseLostException.class);
        assertThatThrownBy(() -> transitionStore
                        .recordQuietReads(stale, 1, Duration.ZERO)
                        .await()
                        .atMost(LIMIT))
                .isInstanceOf(LeaseLostException.class);
        assertThat(leaseStore.renew(Set.of(stale.id())).await().atMost(LIMIT)).isEmpty();
        assertThat(leaseStore.claim(100).await().atMost(LIMIT))
                .noneMatch(claimed -> claimed.id().equals(stale.id()));
        assertThat(read(stale.id()).version()).isEqualTo(released.version());
        assertThat(read(stale.id()).state()).isEqualTo(released.state());
    }

    /** The version alone would let a driver write that read the row after the release; the fencing token does not. */
    @Test
    void an_old_fencing_token_changes_nothing_even_with_the_current_version() {
        var stale = attachStuck();
        var released = release(stale);
        pool.query("update operation set lease_owner = '" + stale.lease().owner() + "' where operation_id = '"
                        + stale.id() + "'")
                .execute()
                .await()
                .atMost(LIMIT);
        var late = new Operation(
                stale.id(),
                stale.type(),
                stale.projectId(),
                stale.serverId(),
                stale.volumeId(),
                stale.callerIssuer(),
                stale.callerSubject(),
                stale.callerGroups(),
                stale.requestId(),
                stale.state(),
                stale.sendHistory(),
                stale.drift(),
                stale.createdAt(),
                stale.updatedAt(),
                stale.responseDeadline(),
                stale.deadline(),
                released.version(),
                stale.lease(),
                stale.readAt());
        var transition = ((OperationState.Following) stale.state()).cloudSucceeded();
        assertThatThrownBy(() -> transitionStore
                        .commit(late, transition, TransitionDetails.noNextStep())
                        .await()
                        .atMost(LIMIT))
                .isInstanceOf(LeaseLostException.class);
    }

    @Test
    void a_release_its_event_and_its_audit_entry_are_one_transaction() {
        var operation = attachStuck();
        Awaitility.await()
                .atMost(LIMIT)
                .until(() -> pool.query("select send_before + interval '" + QuickProfile.MAX_IN_FLIGHT_SECONDS
                                + " s' < now() as past from operation where operation_id = '"
                                + operation.id() + "'")
                        .execute()
                        .await()
                        .atMost(LIMIT)
                        .iterator()
                        .next()
                        .getBoolean("past"));
        pool.query("alter table audit add constraint no_entries check (operation_id is distinct from '" + operation.id()
                        + "') not valid")
                .execute()
                .await()
                .atMost(LIMIT);
        try {
            assertThatThrownBy(() -> operationInterventions
                            .release(operation.id(), "a test", allowed(operation))
                            .await()
                            .atMost(LIMIT))
                    .isInstanceOf(dev.attachgateway.database.DatabaseUnavailableException.class);
            assertThat(read(operation.id()).state()).isEqualTo(operation.state());
        } finally {
            pool.query("alter table audit drop constraint no_entries")
                    .execute()
                    .await()
                    .atMost(LIMIT);
        }
        assertThat(release(operation).state().isEnded()).isTrue();
    }
}
