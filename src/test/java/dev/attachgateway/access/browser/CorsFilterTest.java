package dev.attachgateway.access.browser;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attachgateway.stream.subscription.StreamRevocationTest;
import dev.attachgateway.testkit.GatewayClient;
import dev.attachgateway.testkit.PostgresForTests;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Pages of the listed origins may use the API; no other page's browser hears that it may. */
@QuarkusTest
@TestProfile(StreamRevocationTest.OwnGrants.class)
@WithTestResource(PostgresForTests.class)
class CorsFilterTest {
    private static final String FEED = "/v1/" + GatewayClient.P1 + "/dev-servers/operations";
    private static final String ALLOW_ORIGIN = "Access-Control-Allow-Origin";

    private final GatewayClient gateway = GatewayClient.underTest();

    private static List<String> words(String header) {
        return Arrays.stream(header.split(","))
                .map(word -> word.strip().toLowerCase(Locale.ROOT))
                .toList();
    }

    @ParameterizedTest
    @CsvSource({"POST, authorization", "DELETE, x-auth-token", "GET, last-event-id", "PUT, 'idempotency-key,prefer'"})
    void a_browser_that_asks_beforehand_is_told_without_a_credential(String method, String headers) {
        var answer = gateway.preflight(FEED, StreamRevocationTest.CONSOLE, method, headers);
        assertThat(answer.status()).isEqualTo(204);
        assertThat(answer.header(ALLOW_ORIGIN)).isEqualTo(StreamRevocationTest.CONSOLE);
        assertThat(answer.header("Access-Control-Allow-Credentials")).isEqualTo("true");
        assertThat(words(answer.header("Access-Control-Allow-Methods"))).contains(method.toLowerCase(Locale.ROOT));
        assertThat(words(answer.header("Access-Control-Allow-Headers"))).containsAll(words(headers));
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://evil.example", "null", "https://console.example.com.evil.example", "*"})
    void a_browser_with_another_page_is_told_nothing(String origin) {
        var asked = gateway.preflight(FEED, origin, "POST", "authorization");
        assertThat(asked.status()).isEqualTo(401);
        var answer = gateway.get(FEED, gateway.withToken("operator", "Origin", origin));
        assertThat(answer.status()).isEqualTo(200);
        for (var each : List.of(asked, answer)) {
            assertThat(each.headers().map().keySet())
                    .noneMatch(name -> name.toLowerCase(Locale.ROOT).startsWith("access-control-"));
            assertThat(words(each.header("Vary") + "," + each.headers().allValues("Vary")))
                    .anyMatch(word -> word.contains("origin"));
        }
    }

    @Test
    void answers_and_refusals_can_be_read_with_what_they_say_in_headers() {
        var answer = gateway.get(FEED, gateway.withToken("operator", "Origin", StreamRevocationTest.CONSOLE));
        var refusal = gateway.get(FEED, "Origin", StreamRevocationTest.CONSOLE);
        assertThat(answer.status()).isEqualTo(200);
        assertThat(refusal.status()).isEqualTo(401);
        for (var each : List.of(answer, refusal)) {
            assertThat(each.header(ALLOW_ORIGIN)).isEqualTo(StreamRevocationTest.CONSOLE);
            assertThat(words(each.header("Access-Control-Expose-Headers")))
                    .contains("x-request-id", "location", "retry-after", "link", "idempotency-replayed", "ratelimit");
        }
        assertThat(answer.headers().allValues("Vary"))
                .extracting(word -> word.toLowerCase(Locale.ROOT))
                .contains("accept", "origin");
    }

    @Test
    void a_stream_can_be_read_as_well() {
        try (var stream = gateway.stream(FEED, gateway.withToken("operator", "Origin", StreamRevocationTest.CONSOLE))) {
            assertThat(stream.status()).isEqualTo(200);
            assertThat(stream.header(ALLOW_ORIGIN)).isEqualTo(StreamRevocationTest.CONSOLE);
            stream.next(block -> block.id() != null);
        }
    }
}
