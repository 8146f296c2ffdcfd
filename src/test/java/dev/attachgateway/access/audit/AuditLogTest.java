package dev.attachgateway.access.audit;

import static dev.attachgateway.access.Client.PROJECT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.attachgateway.access.AccessProfile;
import dev.attachgateway.access.AuthorizationRequest;
import dev.attachgateway.access.Authorizer;
import dev.attachgateway.access.Client;
import dev.attachgateway.access.Tokens;
import dev.attachgateway.access.UndecidedAccessPolicy;
import dev.attachgateway.access.authentication.AuthorizationUnavailableException;
import dev.attachgateway.access.authentication.Caller;
import dev.attachgateway.access.policy.Action;
import dev.attachgateway.access.policy.Resource;
import dev.attachgateway.request.ClientAddressResolver;
import dev.attachgateway.request.RequestId;
import dev.attachgateway.testkit.PostgresForTests;
import dev.attachgateway.testkit.Timeouts;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.Tuple;
import io.vertx.pgclient.PgException;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
@TestProfile(AccessProfile.class)
@WithTestResource(PostgresForTests.class)
class AuditLogTest {
    private static final Duration LIMIT = Timeouts.CONDITION;

    @Inject
    Pool pool;

    @Inject
    AuditLog audit;

    @Inject
    ClientAddressResolver client;

    private final Tokens sandbox = Tokens.standing("sandbox");
    private final String someone = "someone-" + UUID.randomUUID();

    @Test
    void a_refusal_and_an_allowed_read_are_on_record_soon() {
        String token = sandbox.of(someone, "viewers");
        String request = Client.getAs(token, "/v1/" + PROJECT + "/raw-door")
                .headers()
                .firstValue(RequestId.HEADER)
                .orElseThrow();
        Client.attach(token);
        Client.getAs(token, "/v1/no-such-project/door");

        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(lines())
                        .satisfiesExactly(
                                read -> assertThat(read)
                                        .isEqualTo(request + " 16 read " + PROJECT
                                                + " null null allowed viewers null 127.0.0.1"),
                                attach -> assertThat(attach)
                                        .endsWith(
                                                "attach " + PROJECT
                                                        + " server d denied null No grant lets the caller attach here. 127.0.0.1"),
                                enter -> assertThat(enter)
                                        .endsWith("null no-such-project null null denied null"
                                                + " The caller has no grant in this project. 127.0.0.1")));
    }

    @Test
    void an_allowed_write_is_on_record_with_its_work_or_not_at_all() {
        AuditEntry line = line().allowedEntry("rule").withOperation("operation-1");
        assertThatThrownBy(() -> pool.withTransaction(tx -> audit.record(tx, line)
                                .chain(() -> Uni.createFrom().<Void>failure(new IllegalStateException("no"))))
                        .await()
                        .atMost(LIMIT))
                .hasMessage("no");
        assertThat(lines()).isEmpty();

        pool.withTransaction(tx -> audit.record(tx, line)).await().atMost(LIMIT);
        assertThat(lines()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"UPDATE audit SET verdict = 'allowed'", "DELETE FROM audit", "TRUNCATE audit"})
    void what_was_written_stays(String change) {
        pool.withTransaction(tx -> audit.record(tx, line().deniedEntry("no")))
                .await()
                .atMost(LIMIT);

        assertThatThrownBy(() -> pool.query(change).execute().await().atMost(LIMIT))
                .isInstanceOf(PgException.class)
                .hasMessageContaining("append-only");
    }

    @Test
    void a_hostile_text_is_recorded_and_bounded() {
        AuthorizationRequest authorizationRequest = new AuthorizationRequest(
                RequestId.generate(),
                null,
                caller(),
                Action.READ,
                Resource.server("p\0" + "x".repeat(10_000), "'); DROP"));
        audit.enqueue(authorizationRequest.deniedEntry("no"));

        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(lines())
                        .singleElement()
                        .asString()
                        .contains("p\uFFFDxxx", "'); DROP")
                        .hasSizeLessThan(700));
    }

    @Test
    void a_policy_that_fails_is_no_pass() {
        Authorizer doubtful = new Authorizer(new UndecidedAccessPolicy(), audit, client);
        Caller caller = caller();

        assertThatThrownBy(() ->
                        doubtful.require(RequestId.generate(), caller, Action.ATTACH, new Resource(PROJECT, "s", "d")))
                .isInstanceOf(AuthorizationUnavailableException.class);
        await().atMost(LIMIT)
                .untilAsserted(
                        () -> assertThat(lines()).singleElement().asString().contains("undecided"));
    }

    private AuthorizationRequest line() {
        return new AuthorizationRequest(
                RequestId.generate(), "192.0.2.1", caller(), Action.ATTACH, new Resource(PROJECT, "s", "d"));
    }

    private Caller caller() {
        return new Caller("sandbox", someone, Set.of());
    }

    private List<String> lines() {
        RowSet<Row> rows =
                pool.preparedQuery("""
                        SELECT concat_ws(' ', request_id, length(span_id), coalesce(action, 'null'), project_id,
                            coalesce(server_id, 'null'), coalesce(volume_id, 'null'), verdict,
                            coalesce(rule, 'null'), coalesce(reason, 'null'), client_address)
                        FROM audit WHERE issuer = 'sandbox' AND subject = $1 ORDER BY id""").execute(Tuple.of(someone)).await().atMost(LIMIT);
        return StreamSupport.stream(rows.spliterator(), false)
                .map(row -> row.getString(0))
                .toList();
    }
}
