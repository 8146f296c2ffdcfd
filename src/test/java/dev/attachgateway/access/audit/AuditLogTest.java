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

/** Proves that decisions are audited, writes in the transaction of their work, and that the audit log is append-only. */
@QuarkusTest
@TestProfile(AccessProfile.class)
@WithTestResource(PostgresForTests.class)
class AuditLogTest {
    private static final Duration TIMEOUT = Timeouts.CONDITION;

    @Inject
    Pool pool;

    @Inject
    AuditLog auditLog;

    private final Tokens sandbox = Tokens.standing("sandbox");
    private final String subject = "subject-" + UUID.randomUUID();

    @Test
    void denials_and_allowed_reads_are_audited_asynchronously() {
        String token = sandbox.of(subject, "viewers");
        String request = Client.getAs(token, "/v1/" + PROJECT + "/raw-door")
                .headers()
                .firstValue(RequestId.HEADER)
                .orElseThrow();
        Client.attach(token);
        Client.getAs(token, "/v1/no-such-project/door");

        await().atMost(TIMEOUT)
                .untilAsserted(() -> assertThat(entries())
                        .satisfiesExactly(
                                read -> assertThat(read)
                                        .isEqualTo(request + " 16 read " + PROJECT
                                                + " null null allowed viewers null 127.0.0.1"),
                                attach -> assertThat(attach)
                                        .endsWith(
                                                "attach " + PROJECT
                                                        + " server d denied null No grant lets the caller attach here. 127.0.0.1"),
                                project -> assertThat(project)
                                        .endsWith("null no-such-project null null denied null"
                                                + " The caller has no grant in this project. 127.0.0.1")));
    }

    @Test
    void an_allowed_write_is_audited_in_the_transaction_of_its_work() {
        AuditEntry entry = request().allowedEntry("rule").withOperation("operation-1");
        assertThatThrownBy(() -> pool.withTransaction(tx -> auditLog.record(tx, entry)
                                .chain(() -> Uni.createFrom().<Void>failure(new IllegalStateException("no"))))
                        .await()
                        .atMost(TIMEOUT))
                .hasMessage("no");
        assertThat(entries()).isEmpty();

        pool.withTransaction(tx -> auditLog.record(tx, entry)).await().atMost(TIMEOUT);
        assertThat(entries()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"update audit set verdict = 'allowed'", "delete from audit", "truncate audit"})
    void audit_entries_cannot_be_changed_or_deleted(String change) {
        pool.withTransaction(tx -> auditLog.record(tx, request().deniedEntry("no")))
                .await()
                .atMost(TIMEOUT);

        assertThatThrownBy(() -> pool.query(change).execute().await().atMost(TIMEOUT))
                .isInstanceOf(PgException.class)
                .hasMessageContaining("append-only");
    }

    @Test
    void hostile_text_is_stored_and_truncated() {
        var authorizationRequest = new AuthorizationRequest(
                RequestId.generate(),
                null,
                caller(),
                Action.READ,
                Resource.server("p\0" + "x".repeat(10_000), "'); DROP"));
        auditLog.enqueue(authorizationRequest.deniedEntry("no"));

        await().atMost(TIMEOUT)
                .untilAsserted(() -> assertThat(entries())
                        .singleElement()
                        .asString()
                        .contains("p\uFFFDxxx", "'); DROP")
                        .hasSizeLessThan(700));
    }

    @Test
    void an_undecided_policy_is_audited_and_never_allows() {
        var authorizer = new Authorizer(new UndecidedAccessPolicy(), auditLog);
        Caller caller = caller();

        assertThatThrownBy(() -> authorizer.require(
                        RequestId.generate(), caller, Action.ATTACH, new Resource(PROJECT, "s", "d")))
                .isInstanceOf(AuthorizationUnavailableException.class);
        await().atMost(TIMEOUT)
                .untilAsserted(
                        () -> assertThat(entries()).singleElement().asString().contains("undecided"));
    }

    private AuthorizationRequest request() {
        return new AuthorizationRequest(
                RequestId.generate(), "192.0.2.1", caller(), Action.ATTACH, new Resource(PROJECT, "s", "d"));
    }

    private Caller caller() {
        return new Caller("sandbox", subject, Set.of());
    }

    private List<String> entries() {
        RowSet<Row> rows =
                pool.preparedQuery("""
                        select concat_ws(' ', request_id, length(span_id), coalesce(action, 'null'), project_id,
                            coalesce(server_id, 'null'), coalesce(volume_id, 'null'), verdict,
                            coalesce(rule, 'null'), coalesce(reason, 'null'), client_address)
                        from audit where issuer = 'sandbox' and subject = $1 order by id""").execute(Tuple.of(subject)).await().atMost(TIMEOUT);
        return StreamSupport.stream(rows.spliterator(), false)
                .map(row -> row.getString(0))
                .toList();
    }
}
