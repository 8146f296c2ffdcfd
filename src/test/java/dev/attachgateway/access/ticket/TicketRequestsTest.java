package dev.attachgateway.access.ticket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attachgateway.stream.GrantsFileForTests.Reading;
import dev.attachgateway.stream.subscription.StreamRevocationTest;
import dev.attachgateway.testkit.EventWriter.Paper;
import dev.attachgateway.testkit.PostgresForTests;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who gets a ticket, and for what. */
@QuarkusTest
@TestProfile(StreamRevocationTest.OwnGrants.class)
@WithTestResource(PostgresForTests.class)
class TicketRequestsTest extends TicketCase {
    @Test
    void the_origin_is_what_the_header_says_and_nothing_else() {
        var body = "{\"path\":\"" + eventWriter.path() + "\"}";
        try (var stream = open(ask(body, "Origin", PAGE).text("url"))) {
            assertThat(stream.status()).isEqualTo(200);
        }
        assertThat(ask(body, "Origin", "null").status()).isEqualTo(400);
        assertThat(ask(body).status()).isEqualTo(400);
        assertThat(ask(wish(eventWriter.path(), PAGE), "Origin", "https://evil.example")
                        .text("detail"))
                .isEqualTo("origin has to be the same as the header Origin.");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/v1/P/dev-servers | path has to be the path of a stream",
                "/operator/operations | path has to be the path of a stream",
                "https://gateway/v1/P/dev-servers/operations | path has to be the path of a stream",
                "/v1/other/dev-servers/operations | path has to be of the project",
                "/v1/P/dev-servers/operations?limit=1 | limit is not a parameter of this call, which takes",
                "/v1/P/dev-servers/operations?ticket=x | ticket is not a parameter of this call, which takes",
                "/v1/P/dev-servers/operations?status=done | status has to be among",
                "/v1/P/dev-servers/operations?envelope=avro | envelope has to be among",
                "/v1/P/dev-servers/operations?status=%zz | path has a query that cannot be decoded",
            })
    void a_stream_that_there_is_not_gets_no_ticket(String path, String detail) {
        var answer = ask(wish(path.replace("/P/", "/" + eventWriter.project() + "/"), PAGE));
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.text("detail")).startsWith(detail);
    }

    @Test
    void who_may_not_open_a_stream_gets_no_ticket_for_it() {
        assertThat(gateway.send("POST", eventWriter.path() + "/tickets", wish(eventWriter.path(), PAGE))
                        .status())
                .isEqualTo(401);
        grant(new Reading("operator", paper.server().toString()));
        assertThat(ask(wish(operationPath(), PAGE)).code()).isEqualTo("Gateway.OperationNotFound");
        var other = eventWriter.path() + "?server=" + Paper.some().server();
        assertThat(ask(wish(other, PAGE)).code()).isEqualTo("Gateway.NotGranted");
    }

    @Test
    void a_caller_has_so_many_and_others_have_theirs() {
        for (var i = 0; i < 100; i++) {
            url(eventWriter.path());
        }
        var refusal = ask(wish(eventWriter.path(), PAGE));
        assertThat(refusal.code()).isEqualTo("Gateway.TooManyTickets");
        assertThat(refusal.header("Retry-After")).isEqualTo("30");
        assertThat(gateway.send(
                                "POST",
                                eventWriter.path() + "/tickets",
                                wish(eventWriter.path(), PAGE),
                                gateway.withToken("viewer"))
                        .status())
                .isEqualTo(201);
    }

    @Test
    void the_same_subject_of_another_issuer_has_its_own() {
        for (var i = 0; i < 100; i++) {
            url(eventWriter.path());
        }
        assertThat(ask(wish(eventWriter.path(), PAGE)).code()).isEqualTo("Gateway.TooManyTickets");
        eventWriter.run("update stream_ticket set issuer = 'another'");
        assertThat(ask(wish(eventWriter.path(), PAGE)).status()).isEqualTo(201);
    }

    @Test
    void it_is_good_no_longer_than_the_credential_it_was_fetched_with() {
        var token = gateway.token("operator", java.time.Duration.ofSeconds(1));
        var answer = gateway.send(
                "POST",
                eventWriter.path() + "/tickets",
                wish(eventWriter.path(), PAGE),
                "Authorization",
                "Bearer " + token);
        assertThat(answer.status()).isEqualTo(201);
        assertThat(java.time.Instant.parse(answer.text("expires_at")))
                .isBefore(java.time.Instant.now().plusSeconds(10));
    }
}
