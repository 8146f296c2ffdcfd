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

/** An open stream tells no more than its caller may hear by now; those that nothing has changed for stay open. */
@QuarkusTest
@TestProfile(StreamRevocationTest.OwnGrants.class)
@WithTestResource(PostgresForTests.class)
public class StreamRevocationTest {
    /** An origin whose pages may use the API. */
    public static final String CONSOLE = "https://console.example.com";

    /** The grants are the test's own, and change. */
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

    /** The file is looked at each second, and so are the streams; the rest is for a busy machine. */
    private static final Duration SECONDS = Timeouts.CONDITION;

    private static final int LEEWAY = 5;

    @Inject
    Pool pool;

    @Inject
    EventLog log;

    @Inject
    StreamRevocationJob streamRevocationJob;

    @Inject
    MeterRegistry metrics;

    private static final AtomicInteger files = new AtomicInteger();

    private final GatewayClient gateway = GatewayClient.underTest();
    private final Paper one = Paper.some();
    private final Paper other = Paper.some();
    private EventWriter eventWriter;

    @BeforeEach
    void set() {
        eventWriter = new EventWriter(pool, log);
        grant("*");
    }

    /** The grants of the one whom the test is about; an operator sees everything all the time. */
    private void grant(String... servers) {
        // Somebody else is let in by each file: that shows when it is in force.
        var sign = "team-" + (files.incrementAndGet() % 99 + 1);
        var grants = new ArrayList<>(List.of(new Reading("operator", "*"), new Reading(sign, "*")));
        Stream.of(servers).map(each -> new Reading("viewer", each)).forEach(grants::add);
        GrantsFileForTests.write(grants);
        awaitStatus(gateway.token(sign), 200);
    }

    private void awaitStatus(String token, int status) {
        Awaitility.await().atMost(SECONDS).until(() -> status(token) == status);
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

    /** Those for whom nothing changes are told of the next change. */
    private void assertStillTold(EventStream stream) {
        var position = EventWriter.await(
                pool.withTransaction(transaction -> eventWriter.append(transaction, one, "pending", "pending")));
        assertThat(stream.next(block -> block.isChange() && block.position() >= position)
                        .position())
                .isEqualTo(position);
    }

    @Test
    void a_stream_ends_with_its_credential_and_not_before() {
        var before = revoked("expired");
        var token = gateway.token("operator", Duration.ofSeconds(1));
        var end = Instant.now().plusSeconds(1 + LEEWAY);
        try (var brief = gateway.stream(eventWriter.path(), "Authorization", "Bearer " + token);
                var longer = feed("operator")) {
            brief.next(block -> block.id() != null);
            assertThat(brief.toEnd()).isEmpty();
            assertThat(Instant.now()).isBetween(end.minusSeconds(1), end.plus(SECONDS));
            assertThat(status(token))
                    .as("what the client hears when it comes back")
                    .isEqualTo(401);
            assertStillTold(longer);
        }
        assertThat(revoked("expired")).isEqualTo(before + 1);
    }

    @Test
    void a_feed_ends_when_its_grant_is_withdrawn_and_the_others_do_not() {
        var before = revoked("withdrawn");
        try (var theirs = feed("viewer");
                var ours = feed("operator")) {
            grant();
            assertThat(theirs.toEnd()).isEmpty();
            assertThat(status(gateway.token("viewer"))).isEqualTo(403);
            assertStillTold(ours);
        }
        assertThat(revoked("withdrawn")).isEqualTo(before + 1);
    }

    @Test
    void the_stream_of_one_operation_ends_when_its_server_is_withdrawn_and_not_when_another_is() {
        eventWriter.begin(one);
        eventWriter.begin(other);
        grant(one.server() + "," + other.server());
        try (var stays = operation(one);
                var ends = operation(other)) {
            stays.next(block -> block.id() != null);
            ends.next(block -> block.id() != null);
            grant(one.server().toString());
            assertThat(ends.toEnd()).isEmpty();
            assertStillTold(stays);
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
    void a_feed_ends_when_its_grant_is_narrowed_and_goes_on_with_what_is_left() {
        grant(one.server() + "," + other.server());
        String last;
        try (var stream = feed("viewer")) {
            assertStillTold(stream);
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
    void a_feed_goes_on_when_its_grant_is_widened_or_written_in_another_way() {
        grant(one.server() + "," + other.server());
        var asked = new AtomicInteger();
        try (var stream = feed("viewer")) {
            grant(other.server().toString(), one.server().toString());
            awaitLook(asked);
            assertStillTold(stream);
            grant("*");
            awaitLook(asked);
            assertStillTold(stream);
        }
    }

    /** A licence that was withdrawn before it is watched over is found in the next look. */
    private void awaitLook(AtomicInteger ended) {
        var nobody = new Caller("sandbox", "nobody", Set.of());
        var entitlement = new StreamAuthorization.Entitlement(nobody, eventWriter.project(), ReadScope.UNRESTRICTED);
        var before = ended.get();
        streamRevocationJob.watch(
                new Object(), new StreamAuthorization(entitlement, Instant.MAX), ended::incrementAndGet);
        Awaitility.await().atMost(SECONDS).untilAtomic(ended, Matchers.equalTo(before + 1));
    }

    @Test
    void a_grant_that_is_withdrawn_while_a_stream_is_being_opened_is_noticed_without_another_change() {
        awaitLook(new AtomicInteger());
        awaitLook(new AtomicInteger());
    }
}
