package dev.attachgateway.access.ticket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attachgateway.stream.subscription.StreamRevocationTest;
import dev.attachgateway.testkit.EventWriter;
import dev.attachgateway.testkit.GatewayClient;
import dev.attachgateway.testkit.PostgresForTests;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A stolen ticket opens nothing but the stream it was issued for, and only for pages of its origin. */
@QuarkusTest
@TestProfile(StreamRevocationTest.OwnGrants.class)
@WithTestResource(PostgresForTests.class)
class TicketTheftTest extends TicketCase {
    @ParameterizedTest
    @CsvSource({
        "?status=running",
        "?status=pending&status=running",
        "?status=pending&envelope=cloudevents",
        "?server=x",
        "''"
    })
    void a_ticket_used_with_another_filter_is_rejected_and_consumed(String query) {
        var url = url(eventWriter.path() + "?status=pending");
        var ticket = url.substring(url.indexOf("ticket="));
        assertRejected(eventWriter.path() + query + (query.isEmpty() ? "?" : "&") + ticket);
        assertRejected(url);
    }

    @Test
    void a_ticket_used_for_another_project_or_stream_is_rejected_and_consumed() {
        eventWriter.begin(paper);
        var ticket = url(eventWriter.path()).split("\\?", 2)[1];
        assertRejected(new EventWriter(pool, log).path() + "?" + ticket);
        assertRejected(eventWriter.path() + "?" + ticket);
        assertRejected(operationPath() + "?" + url(eventWriter.path()).split("\\?", 2)[1]);
        assertRejected(eventWriter.path() + "?" + url(operationPath()).split("\\?", 2)[1]);
        try (var stream = open(url(operationPath()))) {
            assertThat(stream.status()).isEqualTo(200);
        }
        eventWriter.run("delete from operation where project_id = '" + eventWriter.project() + "'");
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://evil.example", "null", "https://console.example.com:8443", ""})
    void a_ticket_used_by_another_origin_is_rejected_and_consumed(String origin) {
        var url = url(eventWriter.path());
        var headers = origin.isEmpty() ? new String[0] : new String[] {"Origin", origin};
        try (var stream = gateway.stream(url, headers)) {
            assertThat(stream.status()).isEqualTo(401);
        }
        assertRejected(url);
    }

    @ParameterizedTest
    @CsvSource({"same-origin, 200", "same-site, 401", "cross-site, 401", "none, 401", "'', 200"})
    void a_page_of_the_gateways_own_origin_needs_no_origin_header(String site, int status) {
        var ticket = ask(wish(eventWriter.path(), gateway.url()));
        var headers = site.isEmpty() ? new String[0] : new String[] {"Sec-Fetch-Site", site};
        try (var stream = gateway.stream(ticket.text("url"), headers)) {
            assertThat(stream.status()).isEqualTo(status);
        }
    }

    @Test
    void a_ticket_is_valid_for_event_streams_only() {
        for (var accept : List.of("application/json", "*/*", "text/event-stream, application/json")) {
            var url = url(eventWriter.path());
            assertThat(gateway.get(url, "Origin", PAGE, "Accept", accept).status())
                    .as(accept)
                    .isEqualTo(401);
            assertRejected(url);
        }
        var url = url(eventWriter.path());
        var attachPath =
                GatewayClient.attachPath(eventWriter.project(), paper.server().toString());
        var ticket = url.substring(url.indexOf('?'));
        assertThat(gateway.send("POST", attachPath + ticket, "{}", "Origin", PAGE)
                        .status())
                .isEqualTo(401);
        assertRejected(url);
        assertThat(gateway.send("POST", eventWriter.path() + "/tickets" + ticket, "{}")
                        .status())
                .isEqualTo(401);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "%41"})
    void an_unknown_ticket_is_rejected_like_a_used_one(String text) {
        var used = url(eventWriter.path());
        open(used).close();
        var rejected = gateway.get(used, "Origin", PAGE, "Accept", "text/event-stream");
        var other = gateway.get(eventWriter.path() + "?ticket=" + text, "Origin", PAGE, "Accept", "text/event-stream");
        assertThat(other.status()).isEqualTo(401);
        assertThat(other.text("detail")).isEqualTo(rejected.text("detail"));
        assertThat(other.header("WWW-Authenticate")).isEqualTo(rejected.header("WWW-Authenticate"));
    }

    @Test
    void a_ticket_sent_with_another_credential_is_rejected_but_not_consumed() {
        var url = url(eventWriter.path());
        assertThat(gateway.get(url, gateway.withToken("viewer", "Origin", PAGE)).code())
                .isEqualTo("Gateway.CredentialsDisagree");
        try (var stream = open(url)) {
            assertThat(stream.status()).isEqualTo(200);
        }
    }

    @Test
    void two_tickets_in_one_request_are_rejected() {
        var url = url(eventWriter.path());
        var other = url(eventWriter.path());
        assertRejected(url + "&" + other.substring(other.indexOf("ticket=")));
        assertRejected(other + "&ticket=");
    }

    @Test
    void a_ticket_is_rejected_with_methods_other_than_get() {
        var url = url(eventWriter.path());
        assertThat(gateway.send("POST", url, "{}", "Origin", PAGE, "Accept", "text/event-stream")
                        .status())
                .isEqualTo(401);
        assertRejected(url);
    }
}
