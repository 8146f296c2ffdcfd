package dev.attachgateway.access.ticket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attachgateway.stream.GrantsFileForTests.Reading;
import dev.attachgateway.stream.subscription.StreamRevocationTest;
import dev.attachgateway.testkit.EventStream.Block;
import dev.attachgateway.testkit.EventWriter;
import dev.attachgateway.testkit.PostgresForTests;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** A ticket opens its stream once, within its lifetime, with the grants of the caller it was issued to. */
@QuarkusTest
@TestProfile(StreamRevocationTest.OwnGrants.class)
@WithTestResource(PostgresForTests.class)
class TicketsTest extends TicketCase {
    private static final int CONCURRENT_REQUESTS = 50;

    @Inject
    TicketStore ticketStore;

    @Test
    void a_ticket_opens_its_stream_once_with_the_callers_read_scope() {
        eventWriter.begin(paper);
        var response = ask(wish(eventWriter.path() + "?status=pending", PAGE));
        assertThat(response.header("Cache-Control")).isEqualTo("no-store");
        assertThat(Duration.between(Instant.now(), Instant.parse(response.text("expires_at"))))
                .isBetween(Duration.ofSeconds(20), Duration.ofSeconds(31));
        assertThat(response.text("url"))
                .isEqualTo(eventWriter.path() + "?status=pending&ticket=" + response.text("ticket"));
        try (var stream = open(response.text("url"))) {
            assertThat(stream.status()).isEqualTo(200);
            assertThat(stream.next(Block::isEvent).json().path("operation_id").asText())
                    .isEqualTo(paper.id().toString());
            assertRejected(response.text("url"));
        }
        eventWriter.run("delete from operation where project_id = '" + eventWriter.project() + "'");
    }

    @Test
    void of_concurrent_requests_with_one_ticket_one_gets_the_stream() throws Exception {
        var url = url(eventWriter.path());
        try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            Callable<Integer> request = () -> {
                try (var stream = open(url)) {
                    return stream.status();
                }
            };
            var statuses =
                    executor
                            .invokeAll(Stream.generate(() -> request)
                                    .limit(CONCURRENT_REQUESTS)
                                    .toList())
                            .stream()
                            .collect(Collectors.groupingBy(Future::resultNow, Collectors.counting()));
            assertThat(statuses).containsOnly(Map.entry(200, 1L), Map.entry(401, CONCURRENT_REQUESTS - 1L));
        }
    }

    @Test
    void an_expired_ticket_is_rejected_and_removed() {
        var url = url(eventWriter.path());
        eventWriter.run("update stream_ticket set expires_at = now()");
        assertRejected(url);
        url(eventWriter.path());
        eventWriter.run("update stream_ticket set expires_at = now()");
        assertThat(EventWriter.await(ticketStore.removeExpired())).isEqualTo(1);
        url(eventWriter.path());
        assertThat(EventWriter.await(ticketStore.removeExpired())).isZero();
    }

    @Test
    void the_grants_are_evaluated_when_the_ticket_is_used() {
        var url = gateway.send(
                        "POST",
                        eventWriter.path() + "/tickets",
                        wish(eventWriter.path(), PAGE),
                        gateway.withToken("viewer"))
                .text("url");
        grant(new Reading("operator", "*"));
        try (var stream = open(url)) {
            assertThat(stream.status()).isEqualTo(403);
        }
    }

    @Test
    void the_stream_ends_when_the_callers_credential_expires() {
        var token = gateway.token("operator", Duration.ofSeconds(1));
        var url = gateway.send(
                        "POST",
                        eventWriter.path() + "/tickets",
                        wish(eventWriter.path(), PAGE),
                        "Authorization",
                        "Bearer " + token)
                .text("url");
        try (var stream = open(url)) {
            assertThat(stream.status()).isEqualTo(200);
            stream.next(block -> block.id() != null);
            assertThat(stream.toEnd()).isEmpty();
        }
    }

    @Test
    void the_database_and_problem_responses_do_not_contain_the_ticket() {
        var url = url(eventWriter.path());
        var ticket = url.substring(url.indexOf("ticket=") + 7);
        var rows = EventWriter.await(
                pool.query("select t::text as line from stream_ticket t").execute());
        assertThat(rows.iterator().next().getString("line")).doesNotContain(ticket);
        var rejected = gateway.get(url, "Origin", "https://evil.example", "Accept", "text/event-stream");
        assertThat(rejected.body()).doesNotContain(ticket).doesNotContain("ticket=");
        assertThat(rejected.text("instance")).isEqualTo(eventWriter.path());
    }

    @Test
    void the_access_log_does_not_contain_the_ticket() {
        var messages = new CopyOnWriteArrayList<String>();
        var logger = Logger.getLogger("io.quarkus.http.access-log");
        var handler = new Handler() {
            @Override
            public void publish(LogRecord entry) {
                messages.add(entry.getMessage() + Arrays.toString(entry.getParameters()));
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        logger.addHandler(handler);
        try {
            var url = url(eventWriter.path());
            gateway.get(url, "Origin", "https://evil.example", "Accept", "text/event-stream");
            Awaitility.await()
                    .atMost(TIMEOUT)
                    .until(() -> messages.stream().anyMatch(line -> line.contains("GET " + eventWriter.path() + " ")));
            assertThat(messages).noneMatch(line -> line.contains(url.substring(url.indexOf("ticket="))));
        } finally {
            logger.removeHandler(handler);
        }
    }
}
