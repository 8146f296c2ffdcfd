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

/** Nothing below the guards sends anything twice: counted on a socket, with what makes other HTTP clients re-send. */
@QuarkusTest
@TestProfile(HttpTransportTest.Raw.class)
@WithTestResource(PostgresForTests.class)
@WithTestResource(RawSocketCloud.class)
class HttpTransportTest {
    private static final Duration LIMIT = Timeouts.CONDITION;
    private static final String SERVER = "3f0c9a52-6d1e-4b7a-9c84-2a5e7d10b6f3";
    private static final String DISK = "1e79eff7-c02b-4dfd-a0d6-f76c90d9b4e0";
    private static final int REPETITIONS = 2;

    /** With an access key alone no token is fetched, so that only the call itself is on the wire. */
    public static class Raw extends QuickProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            var settings = new HashMap<>(super.getConfigOverrides());
            settings.put("upstream.modelarts.url", "${raw.cloud}");
            settings.put("upstream.retry.max-retries", Integer.toString(REPETITIONS));
            // One connection: an answer is here before its connection is back in the pool, and a second one would be
            // opened meanwhile, so that nothing would be sent on a kept one.
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
                .attach(GatewayClient.P1, SERVER, DISK, send())
                .await()
                .atMost(LIMIT));
    }

    private @Nullable Throwable detach() {
        return catchThrowable(() -> modelArtsClient
                .detach(GatewayClient.P1, SERVER, DISK, send())
                .await()
                .atMost(LIMIT));
    }

    private @Nullable Throwable look() {
        return catchThrowable(
                () -> modelArtsClient.server(GatewayClient.P1, SERVER).await().atMost(LIMIT));
    }

    private static SendOptions send() {
        return new SendOptions(Instant.now(), Deadline.after(System.nanoTime(), LIMIT), true);
    }

    static Stream<Arguments> whatMakesOthersSendAgain() {
        return Stream.of(
                Arguments.of("closed after reading", null),
                Arguments.of("408", RawSocketCloud.raw("408 Request Timeout", "Connection: close\r\n", "{}")),
                Arguments.of("408 kept alive", RawSocketCloud.raw("408 Request Timeout", "", "{}")),
                Arguments.of("503", RawSocketCloud.raw("503 Service Unavailable", "Retry-After: 0\r\n", "{}")),
                Arguments.of("425", RawSocketCloud.raw("425 Too Early", "", "{}")),
                Arguments.of("421", RawSocketCloud.raw("421 Misdirected Request", "", "{}")),
                Arguments.of("502", RawSocketCloud.raw("502 Bad Gateway", "", "<html>")),
                Arguments.of("307", RawSocketCloud.raw("307 Temporary Redirect", "Location: /elsewhere\r\n", "{}")),
                Arguments.of("308", RawSocketCloud.raw("308 Permanent Redirect", "Location: /elsewhere\r\n", "{}")),
                Arguments.of("302", RawSocketCloud.raw("302 Found", "Location: /elsewhere\r\n", "{}")),
                Arguments.of("half an answer", "HTTP/1.1 200 OK\r\nContent-Length: 100\r\nConnection: close\r\n\r\n{"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("whatMakesOthersSendAgain")
    void a_write_is_on_the_wire_once(String name, @Nullable String answer) {
        RawSocketCloud.answers(0, answer);
        assertThat(attach()).isInstanceOf(CloudCallException.Unsettled.class);
        assertThat(RawSocketCloud.REQUESTS).hasSize(1).allMatch(line -> line.startsWith("POST "));

        RawSocketCloud.answers(0, answer);
        assertThat(detach()).isInstanceOf(CloudCallException.Unsettled.class);
        assertThat(RawSocketCloud.REQUESTS).hasSize(1).allMatch(line -> line.startsWith("DELETE "));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("whatMakesOthersSendAgain")
    void a_read_is_on_the_wire_as_often_as_the_guards_allow(String name, @Nullable String answer) {
        RawSocketCloud.answers(0, answer);
        assertThat(look()).isInstanceOf(CloudCallException.Unsettled.class);
        assertThat(RawSocketCloud.REQUESTS).hasSize(1 + REPETITIONS).allMatch(line -> line.startsWith("GET "));
    }

    @Test
    void a_write_on_a_kept_connection_that_closes_under_it_is_on_the_wire_once() {
        RawSocketCloud.answers(1, null);
        assertThat(look()).isNull();
        assertThat(attach()).isInstanceOf(CloudCallException.Unsettled.class);
        // Both on one connection: it was a reused one that closed.
        assertThat(RawSocketCloud.REQUESTS).hasSize(2);
        assertThat(RawSocketCloud.CONNECTIONS.get()).isLessThanOrEqualTo(1);
    }

    @Test
    void a_write_that_did_not_begin_is_repeated_under_the_date_of_its_intent() {
        RawSocketCloud.answers(
                0,
                RawSocketCloud.raw(
                        "429 Too Many Requests", "", "{\"error_code\":\"APIGW.0308\",\"error_msg\":\"slow\"}"));
        var intent =
                new SendOptions(Instant.parse("2031-02-03T04:05:06Z"), Deadline.after(System.nanoTime(), LIMIT), true);
        assertThat(catchThrowable(() -> modelArtsClient
                        .attach(GatewayClient.P1, SERVER, DISK, intent)
                        .await()
                        .atMost(LIMIT)))
                .isInstanceOf(CloudCallException.NotStarted.class);
        assertThat(RawSocketCloud.REQUESTS).hasSize(1 + REPETITIONS);
        assertThat(RawSocketCloud.DATES).hasSize(1 + REPETITIONS).containsOnly("20310203T040506Z");
    }

    @Test
    void a_write_whose_deadline_is_over_is_not_on_the_wire() {
        RawSocketCloud.answers(0, null);
        var late = new SendOptions(Instant.now(), Deadline.after(System.nanoTime(), Duration.ofMillis(-1)), true);
        assertThat(catchThrowable(() -> modelArtsClient
                        .attach(GatewayClient.P1, SERVER, DISK, late)
                        .await()
                        .atMost(LIMIT)))
                .isInstanceOf(CloudCallException.NotStarted.class);
        assertThat(RawSocketCloud.REQUESTS).isEmpty();
    }

    @Test
    void a_write_meant_for_another_sort_of_credential_is_not_on_the_wire() {
        RawSocketCloud.answers(0, null);
        var send = new SendOptions(Instant.now(), Deadline.after(System.nanoTime(), LIMIT), false);
        assertThat(catchThrowable(() -> modelArtsClient
                        .attach(GatewayClient.P1, SERVER, DISK, send)
                        .await()
                        .atMost(LIMIT)))
                .isInstanceOfSatisfying(
                        CloudCallException.NotStarted.class,
                        failure -> assertThat(failure.why()).isEqualTo(CloudCallException.NotStarted.Why.CREDENTIAL));
        assertThat(RawSocketCloud.REQUESTS).isEmpty();
    }
}
