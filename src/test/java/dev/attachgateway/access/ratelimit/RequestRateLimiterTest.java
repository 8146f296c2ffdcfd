package dev.attachgateway.access.ratelimit;

import static dev.attachgateway.access.Client.PROJECT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.attachgateway.access.Client;
import dev.attachgateway.access.Tokens;
import dev.attachgateway.access.audit.AnonymousRequestCounter;
import dev.attachgateway.request.RequestId;
import dev.attachgateway.testkit.PostgresForTests;
import dev.attachgateway.testkit.Timeouts;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.inject.Inject;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

@QuarkusTest
@TestProfile(RateLimitedProfile.class)
@WithTestResource(PostgresForTests.class)
class RequestRateLimiterTest {
    private static final String DOOR = "/v1/" + PROJECT + "/door";
    private static final String CLOSED = "/v1/ffffffffffffffffffffffffffffffff/door";
    private static final Duration LIMIT = Timeouts.CONDITION;

    @Inject
    AnonymousRequestCounter anonymous;

    @Inject
    MeterRegistry meters;

    @Inject
    Pool pool;

    private final Tokens sandbox = Tokens.standing("sandbox");
    private final String someone = "someone-" + UUID.randomUUID();
    private final String token = sandbox.of(someone, "attachers");

    @Test
    void every_answer_tells_a_caller_what_is_left() {
        var seen = Client.getAs(token, DOOR);
        assertThat(seen.headers().allValues("RateLimit-Policy")).containsExactly("\"caller\";q=12;w=1200");
        assertThat(seen.headers().allValues("RateLimit")).containsExactly("\"caller\";r=11;t=100");

        assertThat(Client.getAs(token, CLOSED).headers().allValues("RateLimit"))
                .singleElement()
                .asString()
                .startsWith("\"caller\";r=10;");
        assertThat(post(token, "{").headers().allValues("RateLimit"))
                .singleElement()
                .asString()
                .startsWith("\"caller\";r=5;");
        assertThat(Client.get(DOOR).headers().map()).doesNotContainKeys("ratelimit", "ratelimit-policy");
    }

    @Test
    void who_asks_too_often_is_told_when_to_come_back_and_others_go_on() {
        double before = throttled("caller");
        for (int i = 0; i < RateLimitedProfile.BURST; i++) {
            assertThat(Client.getAs(token, DOOR).statusCode()).isEqualTo(200);
        }

        var refused = Client.getAs(token, DOOR);
        assertThat(refused.statusCode()).isEqualTo(429);
        assertThat(retryAfter(refused)).isBetween(1L, 100L);
        assertThat(refused.headers().allValues("RateLimit"))
                .singleElement()
                .asString()
                .startsWith("\"caller\";r=0;t=1");
        assertThat(refused.body()).contains("Gateway.TooManyRequests");
        assertThat(throttled("caller")).isEqualTo(before + 1);

        assertThat(Client.getAs(sandbox.of("other-" + someone, "attachers"), DOOR)
                        .statusCode())
                .isEqualTo(200);
        assertThat(Client.getAs(sandbox.of(someone, "attachers"), DOOR).statusCode())
                .as("the same caller with another token")
                .isEqualTo(429);
    }

    @Test
    void a_write_costs_more_than_a_look() {
        assertThat(post(token, "{\"volume_id\":\"d\"}").statusCode()).isEqualTo(200);
        assertThat(post(token, "{\"volume_id\":\"d\"}").statusCode()).isEqualTo(200);
        assertThat(post(token, "{\"volume_id\":\"d\"}").statusCode()).isEqualTo(429);
        assertThat(Client.getAs(token, DOOR).statusCode()).isEqualTo(200);
    }

    @Test
    void how_often_comes_after_who_and_before_the_project_and_the_shape() {
        for (int i = 0; i < RateLimitedProfile.BURST; i++) {
            Client.getAs(token, DOOR);
        }

        assertThat(Client.getAs(token, CLOSED).statusCode()).isEqualTo(429);
        assertThat(post(token, "{").statusCode()).isEqualTo(429);
        assertThat(Client.getAs(token, "/v1/" + PROJECT + "/nothing").statusCode())
                .isEqualTo(429);
        assertThat(Client.get(DOOR, "Authorization", Tokens.bearer(token + "x"), "X-Forwarded-For", "198.51.101.1")
                        .statusCode())
                .isEqualTo(401);
    }

    @Test
    void where_too_many_credentials_fail_none_is_looked_at_but_those_that_were_good() {
        double before = throttled("network");
        assertThat(from("198.51.102.1", token).statusCode()).isEqualTo(200);
        exhaust("198.51.102.2");

        var refused = from("198.51.102.3", token + "x");
        assertThat(refused.statusCode()).isEqualTo(429);
        assertThat(retryAfter(refused)).isBetween(1L, 10L);
        assertThat(refused.body()).contains("Gateway.TooManyRequests");
        assertThat(Client.get(DOOR, "X-Forwarded-For", "198.51.102.3").statusCode())
                .as("no credential at all")
                .isEqualTo(429);
        String fresh = sandbox.of("fresh-" + someone, "attachers");
        assertThat(from("198.51.102.1", fresh).statusCode()).as("not known yet").isEqualTo(429);
        assertThat(throttled("network")).isGreaterThanOrEqualTo(before + 3);

        assertThat(from("198.51.102.1", token).statusCode()).as("known").isEqualTo(200);
        assertThat(from("198.51.103.1", token + "x").statusCode())
                .as("another network")
                .isEqualTo(401);
        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(from("198.51.102.1", fresh).statusCode())
                        .as("locked out for ever by a neighbour")
                        .isEqualTo(200));
    }

    @Test
    void good_credentials_cost_their_network_nothing() {
        for (int i = 0; i < 3 * RateLimitedProfile.FAILURES; i++) {
            assertThat(from("198.51.104.1", sandbox.of(someone + i, "attachers"))
                            .statusCode())
                    .isEqualTo(200);
        }

        assertThat(from("198.51.104.1", token + "x").statusCode()).isEqualTo(401);
    }

    @Test
    void a_flood_from_an_IPv6_network_is_one_network_and_what_the_client_says_of_itself_counts_for_nothing() {
        var host = new AtomicInteger();
        await().atMost(LIMIT).until(() -> {
            int next = host.incrementAndGet();
            return from("10.6.6." + next + ", 2001:db8:5:" + next + "::1", "x").statusCode() == 429;
        });
        assertThat(host).hasValueGreaterThan(RateLimitedProfile.FAILURES);
    }

    @Test
    void the_record_has_the_address_behind_the_proxy() {
        var answer = Client.get(
                "/v1/" + PROJECT + "/raw-door",
                "Authorization",
                Tokens.bearer(token),
                "X-Forwarded-For",
                "6.6.6.6, 198.51.105.7",
                "Forwarded",
                "for=7.7.7.7");

        String request = answer.headers().firstValue(RequestId.HEADER).orElseThrow();
        await().atMost(LIMIT)
                .untilAsserted(
                        () -> assertThat(pool.preparedQuery("SELECT client_address FROM audit WHERE request_id = $1")
                                        .execute(Tuple.of(request))
                                        .await()
                                        .atMost(LIMIT))
                                .extracting(row -> row.getString(0))
                                .containsExactly("198.51.105.7"));
    }

    @Test
    void the_same_subject_of_another_issuer_is_another_caller() {
        for (int i = 0; i < RateLimitedProfile.BURST; i++) {
            Client.getAs(token, DOOR);
        }
        assertThat(Client.getAs(token, DOOR).statusCode()).isEqualTo(429);

        var second = new Tokens("second");
        var theirs = second.sign(second.claims(someone, "attachers").audience("second-audience"));
        assertThat(Client.getAs(theirs, DOOR).statusCode())
                .as("no grant is for that issuer, but it has a bucket")
                .isEqualTo(403);
    }

    @Test
    void a_credential_that_failed_since_is_known_no_more() {
        var brief = sandbox.sign(
                sandbox.claims(someone, "attachers").expiresAt(Instant.now().plusSeconds(1)));
        assertThat(from("198.51.107.1", brief).statusCode()).isEqualTo(200);
        await().atMost(LIMIT)
                .pollInterval(Duration.ofSeconds(2))
                .until(() -> from("198.51.108.1", brief).statusCode() == 401);
        exhaust("198.51.107.2");

        assertThat(from("198.51.107.1", brief).statusCode()).isEqualTo(429);
    }

    @Test
    void credentials_that_disagree_are_failures() {
        await().atMost(LIMIT)
                .until(() -> Client.get(
                                        DOOR,
                                        "Authorization",
                                        Tokens.bearer(token),
                                        "X-Auth-Token",
                                        token + "x",
                                        "X-Forwarded-For",
                                        "198.51.109.1")
                                .statusCode()
                        == 429);
    }

    @Test
    void one_good_token_in_a_header_lets_no_other_in_that_comes_in_it() {
        assertThat(asAuthToken("198.51.110.1", token).statusCode()).isEqualTo(200);
        exhaust("198.51.110.2");

        assertThat(asAuthToken("198.51.110.1", token + "x").statusCode()).isEqualTo(429);
        assertThat(asAuthToken("198.51.110.1", token).statusCode()).isEqualTo(200);
    }

    @Test
    void who_is_not_looked_at_is_counted_on_record() {
        exhaust("198.51.111.1");
        // Again where the minute ended just then, with which what was counted goes its way.
        await().atMost(LIMIT).until(() -> {
            from("198.51.111.1", token + "x");
            return anonymous.drain().stream()
                    .anyMatch(line -> "too many failed credentials".equals(line.reason())
                            && "198.51.111.0/24".equals(line.clientAddress()));
        });
    }

    private void exhaust(String address) {
        await().atMost(LIMIT).until(() -> from(address, token + "x").statusCode() == 429);
    }

    private static HttpResponse<String> from(String address, String token) {
        return Client.get(DOOR, "Authorization", Tokens.bearer(token), "X-Forwarded-For", address);
    }

    private static HttpResponse<String> post(String token, String body) {
        return Client.send("POST", DOOR, "application/json", body, "Authorization", Tokens.bearer(token));
    }

    private static HttpResponse<String> asAuthToken(String address, String token) {
        return Client.get(DOOR, "X-Auth-Token", token, "X-Forwarded-For", address);
    }

    private static long retryAfter(HttpResponse<String> answer) {
        return answer.headers().firstValueAsLong("Retry-After").orElseThrow();
    }

    private double throttled(String by) {
        return meters.counter("access.throttled", "by", by).count();
    }
}
