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

/** What is committed is committed together, and only by whoever has the lease. */
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

    /** Lets the database refuse rows of this disk in one table, at the very end of the transaction. */
    private void refuseCommitsOf(String table) {
        run("create or replace function refuse() returns trigger language plpgsql as "
                + "$$ begin raise exception 'refused by a test'; end $$");
        run("create constraint trigger refuse after insert on " + table + " deferrable initially deferred for each row"
                + " when (new.volume_id::text = '" + attachFixture.disk() + "') execute function refuse()");
    }

    @ParameterizedTest
    @ValueSource(strings = {"operation", "event", "audit"})
    void a_reservation_its_event_and_its_audit_line_stand_or_fall_together(String table) {
        refuseCommitsOf(table);
        try {
            var answer = attachFixture.attach();
            assertThat(answer.status()).isEqualTo(503);
            assertThat(answer.code()).isEqualTo("Gateway.ReservationUnknown");
            assertThat(count("operation")).isZero();
            assertThat(count("event")).isZero();
            assertThat(count("audit")).isZero();
            assertThat(attachFixture
                            .gateway()
                            .operation(
                                    AttachFixture.CALLER,
                                    GatewayClient.P1,
                                    attachFixture.server(),
                                    answer.operationId())
                            .status())
                    .isEqualTo(404);
        } finally {
            run("drop trigger refuse on " + table);
        }
        attachFixture.awaitStatus(attachFixture.attach().operationId(), "success");
        assertThat(attachFixture.sends()).isEqualTo(1);
    }

    private Operation stuck() {
        attachFixture.cloud().behaviour(Map.of("stuck", true));
        var id = attachFixture.attach().operationId();
        // Running is as far as it gets: nothing changes it from here on but the test.
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
    void whoever_lost_the_lease_changes_nothing(String takenOver) {
        var before = stuck();
        run("update operation set " + takenOver + " where operation_id = '" + before.id() + "'");
        var events = count("event");
        var move = ((OperationState.Following) before.state()).cloudSucceeded();
        assertThatThrownBy(() -> transitionStore
                        .commit(before, move, TransitionDetails.noNextStep())
                        .await()
                        .atMost(LIMIT))
                .isInstanceOf(LeaseLostException.class);
        assertThat(read(before.id().toString()).state()).isEqualTo(before.state());
        assertThat(count("event")).isEqualTo(events);
    }

    @Test
    void a_change_raises_the_version_and_writes_one_event() {
        var before = stuck();
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
