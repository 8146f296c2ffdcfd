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

/** Whoever finds a ticket can do nothing else with it than the page that it was made for. */
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
    void for_another_filter_it_is_refused_and_used_up(String query) {
        var url = url(eventWriter.path() + "?status=pending");
        var ticket = url.substring(url.indexOf("ticket="));
        assertRefused(eventWriter.path() + query + (query.isEmpty() ? "?" : "&") + ticket);
        assertRefused(url);
    }

    @Test
    void for_another_project_or_an_operation_it_is_refused_and_used_up() {
        eventWriter.begin(paper);
        var ticket = url(eventWriter.path()).split("\\?", 2)[1];
        assertRefused(new EventWriter(pool, log).path() + "?" + ticket);
        assertRefused(eventWriter.path() + "?" + ticket);
        assertRefused(operationPath() + "?" + url(eventWriter.path()).split("\\?", 2)[1]);
        assertRefused(eventWriter.path() + "?" + url(operationPath()).split("\\?", 2)[1]);
        try (var stream = open(url(operationPath()))) {
            assertThat(stream.status()).isEqualTo(200);
        }
        eventWriter.run("delete from operation where project_id = '" + eventWriter.project() + "'");
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://evil.example", "null", "https://console.example.com:8443", ""})
    void for_a_page_of_another_origin_it_is_refused_and_used_up(String origin) {
        var url = url(eventWriter.path());
        var sent = origin.isEmpty() ? new String[0] : new String[] {"Origin", origin};
        try (var stream = gateway.stream(url, sent)) {
            assertThat(stream.status()).isEqualTo(401);
        }
        assertRefused(url);
    }

    @ParameterizedTest
    @CsvSource({"same-origin, 200", "same-site, 401", "cross-site, 401", "none, 401", "'', 200"})
    void a_page_of_the_gateways_own_origin_names_none(String site, int status) {
        var ticket = ask(wish(eventWriter.path(), gateway.url()));
        var sent = site.isEmpty() ? new String[0] : new String[] {"Sec-Fetch-Site", site};
        try (var stream = gateway.stream(ticket.text("url"), sent)) {
            assertThat(stream.status()).isEqualTo(status);
        }
    }

    @Test
    void it_is_for_streams_only() {
        for (var accept : List.of("application/json", "*/*", "text/event-stream, application/json")) {
            var url = url(eventWriter.path());
            assertThat(gateway.get(url, "Origin", PAGE, "Accept", accept).status())
                    .as(accept)
                    .isEqualTo(401);
            assertRefused(url);
        }
        var url = url(eventWriter.path());
        var elsewhere =
                GatewayClient.attachPath(eventWriter.project(), paper.server().toString());
        var ticket = url.substring(url.indexOf('?'));
        assertThat(gateway.send("POST", elsewhere + ticket, "{}", "Origin", PAGE)
                        .status())
                .isEqualTo(401);
        assertRefused(url);
        assertThat(gateway.send("POST", eventWriter.path() + "/tickets" + ticket, "{}")
                        .status())
                .isEqualTo(401);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "%41"})
    void what_was_never_one_is_refused_in_the_same_words(String text) {
        var used = url(eventWriter.path());
        open(used).close();
        var refusal = gateway.get(used, "Origin", PAGE, "Accept", "text/event-stream");
        var other = gateway.get(eventWriter.path() + "?ticket=" + text, "Origin", PAGE, "Accept", "text/event-stream");
        assertThat(other.status()).isEqualTo(401);
        assertThat(other.text("detail")).isEqualTo(refusal.text("detail"));
        assertThat(other.header("WWW-Authenticate")).isEqualTo(refusal.header("WWW-Authenticate"));
    }

    @Test
    void with_another_credential_it_is_refused_for_that_and_stays_good() {
        var url = url(eventWriter.path());
        assertThat(gateway.get(url, gateway.withToken("viewer", "Origin", PAGE)).code())
                .isEqualTo("Gateway.CredentialsDisagree");
        try (var stream = open(url)) {
            assertThat(stream.status()).isEqualTo(200);
        }
    }

    @Test
    void two_of_them_are_none() {
        var url = url(eventWriter.path());
        var other = url(eventWriter.path());
        assertRefused(url + "&" + other.substring(other.indexOf("ticket=")));
        assertRefused(other + "&ticket=");
    }

    @Test
    void it_is_for_looking_only() {
        var url = url(eventWriter.path());
        assertThat(gateway.send("POST", url, "{}", "Origin", PAGE, "Accept", "text/event-stream")
                        .status())
                .isEqualTo(401);
        assertRefused(url);
    }
}
