package dev.attachgateway.stream.subscription;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.attachgateway.stream.FeedProfile;
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
import java.util.function.Predicate;
import java.util.stream.StreamSupport;
import org.awaitility.Awaitility;
import org.eclipse.microprofile.config.ConfigProvider;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Proves that a replica that is far behind reports it and stays ready. */
@QuarkusTest
@TestProfile(FeedProfile.class)
@WithTestResource(PostgresForTests.class)
class StreamHealthTest {
    private static final Duration LIMIT = Timeouts.CONDITION;

    @Inject
    Pool pool;

    @Inject
    EventLog log;

    @Inject
    MeterRegistry metrics;

    private final GatewayClient gateway = GatewayClient.underTest();
    private final GatewayClient management = new GatewayClient(
            "http://localhost:" + ConfigProvider.getConfig().getValue("quarkus.management.test-port", Integer.class));
    private EventWriter eventWriter;

    @BeforeEach
    void setUp() {
        eventWriter = new EventWriter(pool, log);
        awaitDetail(detail -> detail.path("listening").asBoolean());
    }

    private EventStream feed() {
        var stream = gateway.stream(eventWriter.path(), gateway.withToken("operator"));
        stream.next(block -> block.id() != null);
        return stream;
    }

    private JsonNode detail() {
        var response = management.get("/q/health/ready");
        assertThat(response.status()).isEqualTo(200);
        var check = StreamSupport.stream(response.json().path("checks").spliterator(), false)
                .filter(each -> each.path("name").asText().equals("Stream of events"))
                .findFirst()
                .orElseThrow();
        assertThat(check.path("status").asText()).isEqualTo("UP");
        return check.path("data");
    }

    private JsonNode awaitDetail(Predicate<JsonNode> condition) {
        return Awaitility.await()
                .atMost(LIMIT)
                .pollInterval(Duration.ofMillis(10))
                .until(this::detail, condition);
    }

    private double behind() {
        return metrics.get("attach.gateway.streams.behind").gauge().value();
    }

    private double failures() {
        return metrics.get("attach.gateway.streams.reads.failed").counter().count();
    }

    @Test
    void a_replica_whose_tail_reads_is_not_late() {
        try (var stream = feed()) {
            assertThat(stream.lastEventId()).isNotEmpty();
            var detail = awaitDetail(each -> each.path("behind_ms").asLong() > 0);
            assertThat(detail.path("late").asBoolean(true)).isFalse();
            assertThat(detail.path("failed_reads").asInt(-1)).isZero();
        }
    }

    @Test
    void a_tail_that_cannot_read_is_reported_until_it_has_caught_up() {
        var failures = failures();
        try (var stream = feed()) {
            eventWriter.run("alter table event rename to event_away");
            try {
                var detail = awaitDetail(each -> each.path("late").asBoolean());
                assertThat(detail.path("behind_ms").asLong()).isGreaterThanOrEqualTo(2_000);
                assertThat(detail.path("failed_reads").asInt()).isPositive();
                assertThat(behind()).isGreaterThan(2);
                assertThat(failures()).isGreaterThan(failures);
            } finally {
                eventWriter.run("alter table event_away rename to event");
            }
            eventWriter.begin(Paper.some());
            assertThat(stream.next(Block::isEvent).position()).isEqualTo(1);
            var detail = awaitDetail(each -> !each.path("late").asBoolean());
            assertThat(detail.path("failed_reads").asInt(-1)).isZero();
            assertThat(behind()).isLessThan(2);
        }
        eventWriter.run("delete from operation where project_id = '" + eventWriter.project() + "'");
    }

    @Test
    void a_tail_without_subscribers_is_not_behind() {
        feed().close();
        Awaitility.await().atMost(LIMIT).until(() -> behind() == 0);
        assertThat(detail().path("behind_ms").asLong(-1)).isZero();
    }

    @Test
    void a_lost_listening_connection_is_reported_until_it_is_renewed() {
        eventWriter.run("select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database()"
                + " and query ~* '^(listen|notify)' and pid <> pg_backend_pid()");
        awaitDetail(detail -> !detail.path("listening").asBoolean(true));
        awaitDetail(detail -> detail.path("listening").asBoolean());
    }
}
