package dev.attachgateway.operation.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.attachgateway.operation.model.Operation;
import dev.attachgateway.operation.model.OperationState;
import dev.attachgateway.testkit.AttachFixture;
import dev.attachgateway.testkit.GatewayClient;
import dev.attachgateway.testkit.PostgresForTests;
import dev.attachgateway.testkit.QuickProfile;
import dev.attachgateway.testkit.Timeouts;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Proves that each transition commits atomically with its event and audit entry, and only under the current lease. */
@QuarkusTest
@TestProfile(QuickProfile.class)
@WithTestResource(PostgresForTests.class)
class TransitionStoreTest {
    private static final Duration LIMIT = Timeouts.CONDITION;

    @Inject
    Pool pool;

    @Inject
    OperationQueries operationQueries;

    @Inject
    TransitionStore transitionStore;

    private AttachFixture attachFixture;

    @BeforeEach
    void set() {
        attachFixture = AttachFixture.set();
    }

    private void run(String sql) {
        pool.query(sql).execute().await().atMost(LIMIT);
    }

    private long count(String table) {
        return pool.preparedQuery("select count(*) as rows from " + table + " where volume_id::text = $1")
                .execute(Tuple.of(attachFixture.disk()))
                .await()
                .atMost(LIMIT)
                .iterator()
                .next()
                .getLong("rows");
    }

    /** Makes the database reject rows of this disk in one table at the commit of the transaction. */
    private void refuseCommitsOf(String table) {
        run("create or replace function refuse() returns trigger language plpgsql as "
                + "$$ begin raise exception 'refused by a test'; end $$");
        run("create constraint trigger refuse after insert on " + table + " deferrable initially deferred for each row"
                + " when (new.volume_id::text = '" + attachFixture.disk() + "') execute function refuse()");
    }

    @ParameterizedTest
    @ValueSource(strings = {"operation", "event", "audit"})
    void a_reservation_its_event_and_its_audit_entry_are_committed_atomically(String table) {
        refuseCommitsOf(table);
        try {
            var response = attachFixture.attach();
            assertThat(response.status()).isEqualTo(503);
            assertThat(response.code()).isEqualTo("Gateway.ReservationUnknown");
            assertThat(count("operation")).isZero();
            assertThat(count("event")).isZero();
            assertThat(count("audit")).isZero();
            assertThat(attachFixture
                            .gateway()
                            .operation(
                                    AttachFixture.CALLER,
                                    GatewayClient.P1,
                                    attachFixture.server(),
                                    response.operationId())
                            .status())
                    .isEqualTo(404);
        } finally {
            run("drop trigger refuse on " + table);
        }
        attachFixture.awaitStatus(attachFixture.attach().operationId(), "success");
        assertThat(attachFixture.sends()).isEqualTo(1);
    }

    private Operation runningOperation() {
        attachFixture.cloud().behaviour(Map.of("stuck", true));
        var id = attachFixture.attach().operationId();
        // The stuck cloud operation stays running, so that only the test changes it from here on.
        attachFixture.awaitStatus(id, "running");
        return read(id);
    }

    private Operation read(String id) {
        return operationQueries
                .find(GatewayClient.P1, UUID.fromString(id))
                .await()
                .atMost(LIMIT)
                .orElseThrow();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"lease_token = lease_token + 1", "lease_owner = gen_random_uuid()", "version = version + 1"})
    void a_commit_under_a_lost_lease_changes_nothing(String takeover) {
        var before = runningOperation();
        run("update operation set " + takeover + " where operation_id = '" + before.id() + "'");
        var events = count("event");
        var next = ((OperationState.Following) before.state()).cloudSucceeded();
        assertThatThrownBy(() -> transitionStore
                        .commit(before, next, TransitionDetails.noNextStep())
                        .await()
                        .atMost(LIMIT))
                .isInstanceOf(LeaseLostException.class);
        assertThat(read(before.id().toString()).state()).isEqualTo(before.state());
        assertThat(count("event")).isEqualTo(events);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void an_unsettled_operation_that_awaits_an_operator_is_read_as_such(boolean awaitsOperator) {
        var before = runningOperation();
        var unsettled = ((OperationState.Following) before.state()).outcomeUnknown("No end was reported.");
        var to = awaitsOperator ? unsettled.awaitOperator("No effect is visible.") : unsettled;
        transitionStore
                .commit(before, to, TransitionDetails.noNextStep())
                .await()
                .atMost(LIMIT);
        assertThat(read(before.id().toString()).state()).isEqualTo(to);
    }

    @Test
    void a_transition_increments_the_version_and_writes_one_event() {
        var before = runningOperation();
        var events = count("event");
        var after = transitionStore
                .commit(
                        before,
                        ((OperationState.Following) before.state()).cloudSucceeded(),
                        TransitionDetails.noNextStep())
                .await()
                .atMost(LIMIT);
        assertThat(after.version()).isEqualTo(before.version() + 1);
        assertThat(count("event")).isEqualTo(events + 1);
    }
}
