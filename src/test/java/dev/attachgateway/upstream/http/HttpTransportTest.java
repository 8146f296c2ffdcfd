package dev.attachgateway.upstream.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.attachgateway.testkit.GatewayClient;
import dev.attachgateway.testkit.PostgresForTests;
import dev.attachgateway.testkit.QuickProfile;
import dev.attachgateway.testkit.Timeouts;
import dev.attachgateway.upstream.ModelArtsClient;
import dev.attachgateway.upstream.RawSocketCloud;
import dev.attachgateway.upstream.SendOptions;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Proves, on a raw socket, that the transport sends each request once even when other HTTP clients would resend it. */
@QuarkusTest
@TestProfile(HttpTransportTest.RawSocketProfile.class)
@WithTestResource(PostgresForTests.class)
@WithTestResource(RawSocketCloud.class)
class HttpTransportTest {
    private static final Duration LIMIT = Timeouts.CONDITION;
    private static final String SERVER = "3f0c9a52-6d1e-4b7a-9c84-2a5e7d10b6f3";
    private static final String DISK = "1e79eff7-c02b-4dfd-a0d6-f76c90d9b4e0";
    private static final int MAX_RETRIES = 2;

    /** Only an access key, so that no token is fetched and only the call itself reaches the socket. */
    public static class RawSocketProfile extends QuickProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            var settings = new HashMap<>(super.getConfigOverrides());
            settings.put("upstream.modelarts.url", "${raw.cloud}");
            settings.put("upstream.retry.max-retries", Integer.toString(MAX_RETRIES));
            // One connection: a response arrives before its connection is back in the pool, so with more connections
            // the next call would open another one instead of reusing it.
            settings.put("upstream.bulkhead.max-concurrent", "1");
            settings.put(
                    "upstream.credentials",
                    "credentials: [{projects: [\"0123456789abcdef0123456789abcdef\"], access_key: SANDBOXACCESSKEY1,"
                            + " secret_key: sandbox-secret-key}]");
            return settings;
        }
    }

    @Inject
    ModelArtsClient modelArtsClient;

    private @Nullable Throwable attach() {
        return catchThrowable(() -> modelArtsClient
                .attach(GatewayClient.P1, SERVER, DISK, sendOptions())
                .await()
                .atMost(LIMIT));
    }

    private @Nullable Throwable detach() {
        return catchThrowable(() -> modelArtsClient
                .detach(GatewayClient.P1, SERVER, DISK, sendOptions())
                .await()
                .atMost(LIMIT));
    }

    private @Nullable Throwable readServer() {
        return catchThrowable(
                () -> modelArtsClient.server(GatewayClient.P1, SERVER).await().atMost(LIMIT));
    }

    private static SendOptions sendOptions() {
        return new SendOptions(Instant.now(), Deadline.after(System.nanoTime(), LIMIT), true);
    }

    static Stream<Arguments> responsesThatOtherClientsResendOn() {
        return Stream.of(
                Arguments.of("closed after reading", null),
                Arguments.of("408", RawSocketCloud.rawResponse("408 Request Timeout", "Connection: close\r\n", "{}")),
                Arguments.of("408 with keep-alive", RawSocketCloud.rawResponse("408 Request Timeout", "", "{}")),
                Arguments.of("503", RawSocketCloud.rawResponse("503 Service Unavailable", "Retry-After: 0\r\n", "{}")),
                Arguments.of("425", RawSocketCloud.rawResponse("425 Too Early", "", "{}")),
                Arguments.of("421", RawSocketCloud.rawResponse("421 Misdirected Request", "", "{}")),
                Arguments.of("502", RawSocketCloud.rawResponse("502 Bad Gateway", "", "<html>")),
                Arguments.of(
                        "307", RawSocketCloud.rawResponse("307 Temporary Redirect", "Location: /elsewhere\r\n", "{}")),
                Arguments.of(
                        "308", RawSocketCloud.rawResponse("308 Permanent Redirect", "Location: /elsewhere\r\n", "{}")),
                Arguments.of("302", RawSocketCloud.rawResponse("302 Found", "Location: /elsewhere\r\n", "{}")),
                Arguments.of(
                        "truncated response", "HTTP/1.1 200 OK\r\nContent-Length: 100\r\nConnection: close\r\n\r\n{"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("responsesThatOtherClientsResendOn")
    void a_write_is_sent_once(String name, @Nullable String rawResponse) {
        RawSocketCloud.respondWith(0, rawResponse);
        assertThat(attach()).isInstanceOf(CloudCallException.Unsettled.class);
        assertThat(RawSocketCloud.REQUESTS).hasSize(1).allMatch(line -> line.startsWith("POST "));

        RawSocketCloud.respondWith(0, rawResponse);
        assertThat(detach()).isInstanceOf(CloudCallException.Unsettled.class);
        assertThat(RawSocketCloud.REQUESTS).hasSize(1).allMatch(line -> line.startsWith("DELETE "));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("responsesThatOtherClientsResendOn")
    void a_read_is_sent_as_often_as_the_guards_allow(String name, @Nullable String rawResponse) {
        RawSocketCloud.respondWith(0, rawResponse);
        assertThat(readServer()).isInstanceOf(CloudCallException.Unsettled.class);
        assertThat(RawSocketCloud.REQUESTS).hasSize(1 + MAX_RETRIES).allMatch(line -> line.startsWith("GET "));
    }

    @Test
    void a_write_on_a_reused_connection_that_closes_is_sent_once() {
        RawSocketCloud.respondWith(1, null);
        assertThat(readServer()).isNull();
        assertThat(attach()).isInstanceOf(CloudCallException.Unsettled.class);
        // Both on one connection, so the one that closed was reused.
        assertThat(RawSocketCloud.REQUESTS).hasSize(2);
        assertThat(RawSocketCloud.CONNECTIONS.get()).isLessThanOrEqualTo(1);
    }

    @Test
    void a_write_that_did_not_start_is_retried_with_the_signature_date_of_its_intent() {
        RawSocketCloud.respondWith(
                0,
                RawSocketCloud.rawResponse(
                        "429 Too Many Requests", "", "{\"error_code\":\"APIGW.0308\",\"error_msg\":\"slow\"}"));
        var intent =
                new SendOptions(Instant.parse("2031-02-03T04:05:06Z"), Deadline.after(System.nanoTime(), LIMIT), true);
        assertThat(catchThrowable(() -> modelArtsClient
                        .attach(GatewayClient.P1, SERVER, DISK, intent)
                        .await()
                        .atMost(LIMIT)))
                .isInstanceOf(CloudCallException.NotStarted.class);
        assertThat(RawSocketCloud.REQUESTS).hasSize(1 + MAX_RETRIES);
        assertThat(RawSocketCloud.DATES).hasSize(1 + MAX_RETRIES).containsOnly("20310203T040506Z");
    }

    @Test
    void a_write_whose_deadline_has_passed_is_not_sent() {
        RawSocketCloud.respondWith(0, null);
        var late = new SendOptions(Instant.now(), Deadline.after(System.nanoTime(), Duration.ofMillis(-1)), true);
        assertThat(catchThrowable(() -> modelArtsClient
                        .attach(GatewayClient.P1, SERVER, DISK, late)
                        .await()
                        .atMost(LIMIT)))
                .isInstanceOf(CloudCallException.NotStarted.class);
        assertThat(RawSocketCloud.REQUESTS).isEmpty();
    }

    @Test
    void a_write_decided_for_another_type_of_credential_is_not_sent() {
        RawSocketCloud.respondWith(0, null);
        var sendOptions = new SendOptions(Instant.now(), Deadline.after(System.nanoTime(), LIMIT), false);
        assertThat(catchThrowable(() -> modelArtsClient
                        .attach(GatewayClient.P1, SERVER, DISK, sendOptions)
                        .await()
                        .atMost(LIMIT)))
                .isInstanceOfSatisfying(
                        CloudCallException.NotStarted.class,
                        failure -> assertThat(failure.reason())
                                .isEqualTo(CloudCallException.NotStarted.Reason.CREDENTIAL));
        assertThat(RawSocketCloud.REQUESTS).isEmpty();
    }
}
