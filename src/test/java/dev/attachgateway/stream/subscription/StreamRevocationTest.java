package dev.attachgateway.stream.subscription;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attachgateway.access.StreamAuthorization;
import dev.attachgateway.access.authentication.Caller;
import dev.attachgateway.access.policy.ReadScope;
import dev.attachgateway.stream.FeedProfile;
import dev.attachgateway.stream.GrantsFileForTests;
import dev.attachgateway.stream.GrantsFileForTests.Reading;
import dev.attachgateway.stream.eventlog.EventLog;
import dev.attachgateway.testkit.EventStream;
import dev.attachgateway.testkit.EventStream.Block;
import dev.attachgateway.testkit.EventWriter;
import dev.attachgateway.testkit.EventWriter.Paper;
import dev.attachgateway.testkit.GatewayClient;
import dev.attachgateway.testkit.PostgresForTests;
import dev.attachgateway.testkit.Timeouts;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.vertx.mutiny.sqlclient.Pool;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.hamcrest.Matchers;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Proves that an open stream ends when its caller's credential or grants do, and that all other streams stay open. */
@QuarkusTest
@TestProfile(StreamRevocationTest.OwnGrants.class)
@WithTestResource(PostgresForTests.class)
public class StreamRevocationTest {
    /** An origin whose pages may use the API. */
    public static final String CONSOLE = "https://console.example.com";

    /** Uses a grants file of the test's own, which changes. */
    public static class OwnGrants extends FeedProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            GrantsFileForTests.write(List.of(new Reading("operator", "*")));
            var all = new HashMap<>(super.getConfigOverrides());
            all.put("access.grants-file", GrantsFileForTests.FILE.toString());
            all.put("access.origins", CONSOLE + ",https://other.example.com");
            all.put("quarkus.http.access-log.enabled", "true");
            return all;
        }
    }

    /** The file and the streams are checked each second; the rest is reserve for a busy machine. */
    private static final Duration LIMIT = Timeouts.CONDITION;

    private static final int LEEWAY = 5;

    @Inject
    Pool pool;

    @Inject
    EventLog log;

    @Inject
    StreamRevocationJob streamRevocationJob;

    @Inject
    MeterRegistry metrics;

    private static final AtomicInteger fileCount = new AtomicInteger();

    private final GatewayClient gateway = GatewayClient.underTest();
    private final Paper one = Paper.some();
    private final Paper other = Paper.some();
    private EventWriter eventWriter;

    @BeforeEach
    void setUp() {
        eventWriter = new EventWriter(pool, log);
        grant("*");
    }

    /** Sets the grants of the caller under test; an operator can always read everything. */
    private void grant(String... servers) {
        // Each file also grants another caller, which shows when it is in force.
        var marker = "team-" + (fileCount.incrementAndGet() % 99 + 1);
        var grants = new ArrayList<>(List.of(new Reading("operator", "*"), new Reading(marker, "*")));
        Stream.of(servers).map(each -> new Reading("viewer", each)).forEach(grants::add);
        GrantsFileForTests.write(grants);
        awaitStatus(gateway.token(marker), 200);
    }

    private void awaitStatus(String token, int status) {
        Awaitility.await().atMost(LIMIT).until(() -> status(token) == status);
    }

    private int status(String token) {
        return gateway.get(eventWriter.path(), "Authorization", "Bearer " + token)
                .status();
    }

    private EventStream feed(String client, String... headers) {
        var stream = gateway.stream(eventWriter.path(), gateway.withToken(client, headers));
        stream.next(block -> block.id() != null);
        return stream;
    }

    private double revoked(String reason) {
        return metrics.get("attach.gateway.streams.revoked")
                .tag("reason", reason)
                .counter()
                .count();
    }

    /** Proves that an unaffected stream receives the next event. */
    private void assertStillDelivers(EventStream stream) {
        var position = EventWriter.await(
                pool.withTransaction(transaction -> eventWriter.append(transaction, one, "pending", "pending")));
        assertThat(stream.next(block -> block.isChange() && block.position() >= position)
                        .position())
                .isEqualTo(position);
    }

    @Test
    void a_stream_ends_when_its_credential_expires_and_not_before() {
        var before = revoked("expired");
        var token = gateway.token("operator", Duration.ofSeconds(1));
        var end = Instant.now().plusSeconds(1 + LEEWAY);
        try (var expiring = gateway.stream(eventWriter.path(), "Authorization", "Bearer " + token);
                var unaffected = feed("operator")) {
            expiring.next(block -> block.id() != null);
            assertThat(expiring.toEnd()).isEmpty();
            assertThat(Instant.now()).isBetween(end.minusSeconds(1), end.plus(LIMIT));
            assertThat(status(token)).as("status of a reconnection").isEqualTo(401);
            assertStillDelivers(unaffected);
        }
        assertThat(revoked("expired")).isEqualTo(before + 1);
    }

    @Test
    void a_feed_ends_when_its_grant_is_withdrawn_and_others_continue() {
        var before = revoked("withdrawn");
        try (var revokedFeed = feed("viewer");
                var operatorFeed = feed("operator")) {
            grant();
            assertThat(revokedFeed.toEnd()).isEmpty();
            assertThat(status(gateway.token("viewer"))).isEqualTo(403);
            assertStillDelivers(operatorFeed);
        }
        assertThat(revoked("withdrawn")).isEqualTo(before + 1);
    }

    @Test
    void an_operation_stream_ends_only_when_its_own_server_is_withdrawn() {
        eventWriter.begin(one);
        eventWriter.begin(other);
        grant(one.server() + "," + other.server());
        try (var unaffected = operation(one);
                var revokedStream = operation(other)) {
            unaffected.next(block -> block.id() != null);
            revokedStream.next(block -> block.id() != null);
            grant(one.server().toString());
            assertThat(revokedStream.toEnd()).isEmpty();
            assertStillDelivers(unaffected);
        }
        assertThat(operation(other).status()).isEqualTo(403);
        eventWriter.run("delete from operation where project_id = '" + eventWriter.project() + "'");
    }

    private EventStream operation(Paper paper) {
        return gateway.stream(
                GatewayClient.operationPath(
                        eventWriter.project(),
                        paper.server().toString(),
                        paper.id().toString()),
                gateway.withToken("viewer"));
    }

    @Test
    void a_feed_ends_when_its_grant_is_narrowed_and_resumes_within_the_rest() {
        grant(one.server() + "," + other.server());
        String last;
        try (var stream = feed("viewer")) {
            assertStillDelivers(stream);
            last = stream.lastEventId();
            grant(one.server().toString());
            assertThat(stream.toEnd()).isEmpty();
        }
        eventWriter.begin(other);
        eventWriter.begin(one);
        try (var stream = gateway.stream(eventWriter.path(), gateway.withToken("viewer", "Last-Event-ID", last))) {
            assertThat(stream.next(Block::isEvent).json().path("server_id").asText())
                    .isEqualTo(one.server().toString());
        }
        eventWriter.run("delete from operation where project_id = '" + eventWriter.project() + "'");
    }

    @Test
    void a_feed_continues_when_its_grant_is_widened_or_rewritten() {
        grant(one.server() + "," + other.server());
        var ended = new AtomicInteger();
        try (var stream = feed("viewer")) {
            grant(other.server().toString(), one.server().toString());
            awaitCheck(ended);
            assertStillDelivers(stream);
            grant("*");
            awaitCheck(ended);
            assertStillDelivers(stream);
        }
    }

    /** Waits for a check: an authorization that is invalid from the start ends in the next one. */
    private void awaitCheck(AtomicInteger ended) {
        var caller = new Caller("sandbox", "nobody", Set.of());
        var entitlement = new StreamAuthorization.Entitlement(caller, eventWriter.project(), ReadScope.UNRESTRICTED);
        var before = ended.get();
        streamRevocationJob.watch(
                new Object(), new StreamAuthorization(entitlement, Instant.MAX), ended::incrementAndGet);
        Awaitility.await().atMost(LIMIT).untilAtomic(ended, Matchers.equalTo(before + 1));
    }

    @Test
    void a_grant_withdrawn_while_a_stream_opens_is_detected_without_another_change() {
        awaitCheck(new AtomicInteger());
        awaitCheck(new AtomicInteger());
    }
}
