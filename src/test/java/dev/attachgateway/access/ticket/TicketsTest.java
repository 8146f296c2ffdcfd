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

/** A ticket opens its stream once and soon, with the rights of the caller who fetched it. */
@QuarkusTest
@TestProfile(StreamRevocationTest.OwnGrants.class)
@WithTestResource(PostgresForTests.class)
class TicketsTest extends TicketCase {
    private static final int PRESENTERS = 50;

    @Inject
    TicketStore ticketStore;

    @Test
    void it_opens_its_stream_once_and_shows_what_the_caller_sees() {
        eventWriter.begin(paper);
        var answer = ask(wish(eventWriter.path() + "?status=pending", PAGE));
        assertThat(answer.header("Cache-Control")).isEqualTo("no-store");
        assertThat(Duration.between(Instant.now(), Instant.parse(answer.text("expires_at"))))
                .isBetween(Duration.ofSeconds(20), Duration.ofSeconds(31));
        assertThat(answer.text("url"))
                .isEqualTo(eventWriter.path() + "?status=pending&ticket=" + answer.text("ticket"));
        try (var stream = open(answer.text("url"))) {
            assertThat(stream.status()).isEqualTo(200);
            assertThat(stream.next(Block::isEvent).json().path("operation_id").asText())
                    .isEqualTo(paper.id().toString());
            assertRefused(answer.text("url"));
        }
        eventWriter.run("delete from operation where project_id = '" + eventWriter.project() + "'");
    }

    @Test
    void of_many_who_present_it_at_the_same_time_one_gets_the_stream() throws Exception {
        var url = url(eventWriter.path());
        try (var presenters = Executors.newVirtualThreadPerTaskExecutor()) {
            Callable<Integer> present = () -> {
                try (var stream = open(url)) {
                    return stream.status();
                }
            };
            var statuses = presenters
                    .invokeAll(Stream.generate(() -> present).limit(PRESENTERS).toList())
                    .stream()
                    .collect(Collectors.groupingBy(Future::resultNow, Collectors.counting()));
            assertThat(statuses).containsOnly(Map.entry(200, 1L), Map.entry(401, PRESENTERS - 1L));
        }
    }

    @Test
    void when_its_seconds_are_over_it_is_refused_and_removed() {
        var url = url(eventWriter.path());
        eventWriter.run("update stream_ticket set expires_at = now()");
        assertRefused(url);
        url(eventWriter.path());
        eventWriter.run("update stream_ticket set expires_at = now()");
        assertThat(EventWriter.await(ticketStore.removeExpired())).isEqualTo(1);
        url(eventWriter.path());
        assertThat(EventWriter.await(ticketStore.removeExpired())).isZero();
    }

    @Test
    void the_grants_count_as_they_are_when_it_is_used() {
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
    void its_stream_ends_with_the_credential_it_was_fetched_with() {
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
    void the_database_does_not_know_it_and_no_problem_repeats_it() {
        var url = url(eventWriter.path());
        var ticket = url.substring(url.indexOf("ticket=") + 7);
        var rows = EventWriter.await(
                pool.query("select t::text as line from stream_ticket t").execute());
        assertThat(rows.iterator().next().getString("line")).doesNotContain(ticket);
        var refusal = gateway.get(url, "Origin", "https://evil.example", "Accept", "text/event-stream");
        assertThat(refusal.body()).doesNotContain(ticket).doesNotContain("ticket=");
        assertThat(refusal.text("instance")).isEqualTo(eventWriter.path());
    }

    @Test
    void the_access_log_leaves_it_out() {
        var said = new CopyOnWriteArrayList<String>();
        var logger = Logger.getLogger("io.quarkus.http.access-log");
        var ear = new Handler() {
            @Override
            public void publish(LogRecord line) {
                said.add(line.getMessage() + Arrays.toString(line.getParameters()));
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        logger.addHandler(ear);
        try {
            var url = url(eventWriter.path());
            gateway.get(url, "Origin", "https://evil.example", "Accept", "text/event-stream");
            Awaitility.await()
                    .atMost(LIMIT)
                    .until(() -> said.stream().anyMatch(line -> line.contains("GET " + eventWriter.path() + " ")));
            assertThat(said).noneMatch(line -> line.contains(url.substring(url.indexOf("ticket="))));
        } finally {
            logger.removeHandler(ear);
        }
    }
}
