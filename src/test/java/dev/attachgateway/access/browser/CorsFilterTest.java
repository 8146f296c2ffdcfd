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

/** Pages of the configured origins may use the API; pages of other origins get no CORS headers. */
@QuarkusTest
@TestProfile(StreamRevocationTest.OwnGrants.class)
@WithTestResource(PostgresForTests.class)
class CorsFilterTest {
    private static final String FEED = "/v1/" + GatewayClient.P1 + "/dev-servers/operations";
    private static final String ALLOW_ORIGIN = "Access-Control-Allow-Origin";

    private final GatewayClient gateway = GatewayClient.underTest();

    private static List<String> tokens(String header) {
        return Arrays.stream(header.split(","))
                .map(token -> token.strip().toLowerCase(Locale.ROOT))
                .toList();
    }

    @ParameterizedTest
    @CsvSource({"POST, authorization", "DELETE, x-auth-token", "GET, last-event-id", "PUT, 'idempotency-key,prefer'"})
    void a_preflight_of_a_configured_origin_needs_no_credential(String method, String headers) {
        var response = gateway.preflight(FEED, StreamRevocationTest.CONSOLE, method, headers);
        assertThat(response.status()).isEqualTo(204);
        assertThat(response.header(ALLOW_ORIGIN)).isEqualTo(StreamRevocationTest.CONSOLE);
        assertThat(response.header("Access-Control-Allow-Credentials")).isEqualTo("true");
        assertThat(tokens(response.header("Access-Control-Allow-Methods"))).contains(method.toLowerCase(Locale.ROOT));
        assertThat(tokens(response.header("Access-Control-Allow-Headers"))).containsAll(tokens(headers));
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://evil.example", "null", "https://console.example.com.evil.example", "*"})
    void other_origins_get_no_cors_headers(String origin) {
        var preflight = gateway.preflight(FEED, origin, "POST", "authorization");
        assertThat(preflight.status()).isEqualTo(401);
        var response = gateway.get(FEED, gateway.withToken("operator", "Origin", origin));
        assertThat(response.status()).isEqualTo(200);
        for (var each : List.of(preflight, response)) {
            assertThat(each.headers().map().keySet())
                    .noneMatch(name -> name.toLowerCase(Locale.ROOT).startsWith("access-control-"));
            assertThat(tokens(each.header("Vary") + "," + each.headers().allValues("Vary")))
                    .anyMatch(token -> token.contains("origin"));
        }
    }

    @Test
    void responses_and_problems_expose_their_headers() {
        var response = gateway.get(FEED, gateway.withToken("operator", "Origin", StreamRevocationTest.CONSOLE));
        var problem = gateway.get(FEED, "Origin", StreamRevocationTest.CONSOLE);
        assertThat(response.status()).isEqualTo(200);
        assertThat(problem.status()).isEqualTo(401);
        for (var each : List.of(response, problem)) {
            assertThat(each.header(ALLOW_ORIGIN)).isEqualTo(StreamRevocationTest.CONSOLE);
            assertThat(tokens(each.header("Access-Control-Expose-Headers")))
                    .contains("x-request-id", "location", "retry-after", "link", "idempotency-replayed", "ratelimit");
        }
        assertThat(response.headers().allValues("Vary"))
                .extracting(token -> token.toLowerCase(Locale.ROOT))
                .contains("accept", "origin");
    }

    @Test
    void streams_have_cors_headers_as_well() {
        try (var stream = gateway.stream(FEED, gateway.withToken("operator", "Origin", StreamRevocationTest.CONSOLE))) {
            assertThat(stream.status()).isEqualTo(200);
            assertThat(stream.header(ALLOW_ORIGIN)).isEqualTo(StreamRevocationTest.CONSOLE);
            stream.next(block -> block.id() != null);
        }
    }
}
