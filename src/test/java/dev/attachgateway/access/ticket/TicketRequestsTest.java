package dev.attachgateway.access.ticket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attachgateway.stream.GrantsFileForTests.Reading;
import dev.attachgateway.stream.subscription.StreamRevocationTest;
import dev.attachgateway.testkit.EventWriter.Paper;
import dev.attachgateway.testkit.PostgresForTests;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tickets are issued for existing streams to callers who may open them, within a limit per caller. */
@QuarkusTest
@TestProfile(StreamRevocationTest.OwnGrants.class)
@WithTestResource(PostgresForTests.class)
class TicketRequestsTest extends TicketCase {
    @Test
    void the_origin_of_a_ticket_must_match_the_origin_header() {
        var body = "{\"path\":\"" + eventWriter.path() + "\"}";
        try (var stream = open(ask(body, "Origin", PAGE).text("url"))) {
            assertThat(stream.status()).isEqualTo(200);
        }
        assertThat(ask(body, "Origin", "null").status()).isEqualTo(400);
        assertThat(ask(body).status()).isEqualTo(400);
        assertThat(ask(wish(eventWriter.path(), PAGE), "Origin", "https://evil.example")
                        .text("detail"))
                .isEqualTo("origin has to be the same as the Origin header.");
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
    void a_request_for_an_invalid_stream_path_is_rejected(String path, String detail) {
        var response = ask(wish(path.replace("/P/", "/" + eventWriter.project() + "/"), PAGE));
        assertThat(response.status()).isEqualTo(400);
        assertThat(response.text("detail")).startsWith(detail);
    }

    @Test
    void callers_without_access_to_the_stream_get_no_ticket() {
        assertThat(gateway.send("POST", eventWriter.path() + "/tickets", wish(eventWriter.path(), PAGE))
                        .status())
                .isEqualTo(401);
        grant(new Reading("operator", paper.server().toString()));
        assertThat(ask(wish(operationPath(), PAGE)).code()).isEqualTo("Gateway.OperationNotFound");
        var other = eventWriter.path() + "?server=" + Paper.some().server();
        assertThat(ask(wish(other, PAGE)).code()).isEqualTo("Gateway.NotGranted");
    }

    @Test
    void the_limit_of_unused_tickets_applies_per_caller() {
        for (var i = 0; i < 100; i++) {
            url(eventWriter.path());
        }
        var rejected = ask(wish(eventWriter.path(), PAGE));
        assertThat(rejected.code()).isEqualTo("Gateway.TooManyTickets");
        assertThat(rejected.header("Retry-After")).isEqualTo("30");
        assertThat(gateway.send(
                                "POST",
                                eventWriter.path() + "/tickets",
                                wish(eventWriter.path(), PAGE),
                                gateway.withToken("viewer"))
                        .status())
                .isEqualTo(201);
    }

    @Test
    void the_same_subject_of_another_issuer_has_its_own_limit() {
        for (var i = 0; i < 100; i++) {
            url(eventWriter.path());
        }
        assertThat(ask(wish(eventWriter.path(), PAGE)).code()).isEqualTo("Gateway.TooManyTickets");
        eventWriter.run("update stream_ticket set issuer = 'another'");
        assertThat(ask(wish(eventWriter.path(), PAGE)).status()).isEqualTo(201);
    }

    @Test
    void a_ticket_expires_with_the_credential_it_was_requested_with() {
        var token = gateway.token("operator", Duration.ofSeconds(1));
        var response = gateway.send(
                "POST",
                eventWriter.path() + "/tickets",
                wish(eventWriter.path(), PAGE),
                "Authorization",
                "Bearer " + token);
        assertThat(response.status()).isEqualTo(201);
        assertThat(Instant.parse(response.text("expires_at")))
                .isBefore(Instant.now().plusSeconds(10));
    }
}
