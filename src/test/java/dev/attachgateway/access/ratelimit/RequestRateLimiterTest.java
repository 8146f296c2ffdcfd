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

/** Proves the rate limits of callers and of networks with failed authentications. */
@QuarkusTest
@TestProfile(RateLimitedProfile.class)
@WithTestResource(PostgresForTests.class)
class RequestRateLimiterTest {
    private static final String ROUTE = "/v1/" + PROJECT + "/door";
    private static final String FORBIDDEN_ROUTE = "/v1/ffffffffffffffffffffffffffffffff/door";
    private static final Duration TIMEOUT = Timeouts.CONDITION;

    @Inject
    AnonymousRequestCounter anonymousCounter;

    @Inject
    MeterRegistry meters;

    @Inject
    Pool pool;

    private final Tokens sandbox = Tokens.standing("sandbox");
    private final String subject = "subject-" + UUID.randomUUID();
    private final String token = sandbox.of(subject, "attachers");

    @Test
    void every_response_reports_the_remaining_quota_to_the_caller() {
        var first = Client.getAs(token, ROUTE);
        assertThat(first.headers().allValues("RateLimit-Policy")).containsExactly("\"caller\";q=12;w=1200");
        assertThat(first.headers().allValues("RateLimit")).containsExactly("\"caller\";r=11;t=100");

        assertThat(Client.getAs(token, FORBIDDEN_ROUTE).headers().allValues("RateLimit"))
                .singleElement()
                .asString()
                .startsWith("\"caller\";r=10;");
        assertThat(post(token, "{").headers().allValues("RateLimit"))
                .singleElement()
                .asString()
                .startsWith("\"caller\";r=5;");
        assertThat(Client.get(ROUTE).headers().map()).doesNotContainKeys("ratelimit", "ratelimit-policy");
    }

    @Test
    void a_caller_above_its_limit_gets_429_with_Retry_After_and_others_are_unaffected() {
        double before = throttled("caller");
        for (int i = 0; i < RateLimitedProfile.BURST; i++) {
            assertThat(Client.getAs(token, ROUTE).statusCode()).isEqualTo(200);
        }

        var rejected = Client.getAs(token, ROUTE);
        assertThat(rejected.statusCode()).isEqualTo(429);
        assertThat(retryAfter(rejected)).isBetween(1L, 100L);
        assertThat(rejected.headers().allValues("RateLimit"))
                .singleElement()
                .asString()
                .startsWith("\"caller\";r=0;t=1");
        assertThat(rejected.body()).contains("Gateway.TooManyRequests");
        assertThat(throttled("caller")).isEqualTo(before + 1);

        assertThat(Client.getAs(sandbox.of("other-" + subject, "attachers"), ROUTE)
                        .statusCode())
                .isEqualTo(200);
        assertThat(Client.getAs(sandbox.of(subject, "attachers"), ROUTE).statusCode())
                .as("the same caller with another token")
                .isEqualTo(429);
    }

    @Test
    void a_write_costs_more_than_a_read() {
        assertThat(post(token, "{\"volume_id\":\"d\"}").statusCode()).isEqualTo(200);
        assertThat(post(token, "{\"volume_id\":\"d\"}").statusCode()).isEqualTo(200);
        assertThat(post(token, "{\"volume_id\":\"d\"}").statusCode()).isEqualTo(429);
        assertThat(Client.getAs(token, ROUTE).statusCode()).isEqualTo(200);
    }

    @Test
    void the_caller_limit_applies_after_authentication_and_before_authorization() {
        for (int i = 0; i < RateLimitedProfile.BURST; i++) {
            Client.getAs(token, ROUTE);
        }

        assertThat(Client.getAs(token, FORBIDDEN_ROUTE).statusCode()).isEqualTo(429);
        assertThat(post(token, "{").statusCode()).isEqualTo(429);
        assertThat(Client.getAs(token, "/v1/" + PROJECT + "/nothing").statusCode())
                .isEqualTo(429);
        assertThat(Client.get(ROUTE, "Authorization", Tokens.bearer(token + "x"), "X-Forwarded-For", "198.51.101.1")
                        .statusCode())
                .isEqualTo(401);
    }

    @Test
    void after_too_many_failures_in_a_network_only_verified_credentials_are_accepted() {
        double before = throttled("network");
        assertThat(from("198.51.102.1", token).statusCode()).isEqualTo(200);
        exhaust("198.51.102.2");

        var rejected = from("198.51.102.3", token + "x");
        assertThat(rejected.statusCode()).isEqualTo(429);
        assertThat(retryAfter(rejected)).isBetween(1L, 10L);
        assertThat(rejected.body()).contains("Gateway.TooManyRequests");
        assertThat(Client.get(ROUTE, "X-Forwarded-For", "198.51.102.3").statusCode())
                .as("no credential at all")
                .isEqualTo(429);
        String newToken = sandbox.of("fresh-" + subject, "attachers");
        assertThat(from("198.51.102.1", newToken).statusCode())
                .as("not verified yet")
                .isEqualTo(429);
        assertThat(throttled("network")).isGreaterThanOrEqualTo(before + 3);

        assertThat(from("198.51.102.1", token).statusCode())
                .as("verified before")
                .isEqualTo(200);
        assertThat(from("198.51.103.1", token + "x").statusCode())
                .as("another network")
                .isEqualTo(401);
        await().atMost(TIMEOUT)
                .untilAsserted(() -> assertThat(from("198.51.102.1", newToken).statusCode())
                        .as("accepted once the failures of the network have decayed")
                        .isEqualTo(200));
    }

    @Test
    void valid_credentials_do_not_count_against_their_network() {
        for (int i = 0; i < 3 * RateLimitedProfile.MAX_FAILURES; i++) {
            assertThat(from("198.51.104.1", sandbox.of(subject + i, "attachers"))
                            .statusCode())
                    .isEqualTo(200);
        }

        assertThat(from("198.51.104.1", token + "x").statusCode()).isEqualTo(401);
    }

    @Test
    void hosts_of_one_IPv6_network_share_a_limit_and_forged_addresses_are_ignored() {
        var host = new AtomicInteger();
        await().atMost(TIMEOUT).until(() -> {
            int next = host.incrementAndGet();
            return from("10.6.6." + next + ", 2001:db8:5:" + next + "::1", "x").statusCode() == 429;
        });
        assertThat(host).hasValueGreaterThan(RateLimitedProfile.MAX_FAILURES);
    }

    @Test
    void the_audit_log_has_the_client_address_behind_the_proxy() {
        var response = Client.get(
                "/v1/" + PROJECT + "/raw-door",
                "Authorization",
                Tokens.bearer(token),
                "X-Forwarded-For",
                "6.6.6.6, 198.51.105.7",
                "Forwarded",
                "for=7.7.7.7");

        String request = response.headers().firstValue(RequestId.HEADER).orElseThrow();
        await().atMost(TIMEOUT)
                .untilAsserted(
                        () -> assertThat(pool.preparedQuery("select client_address from audit where request_id = $1")
                                        .execute(Tuple.of(request))
                                        .await()
                                        .atMost(TIMEOUT))
                                .extracting(row -> row.getString(0))
                                .containsExactly("198.51.105.7"));
    }

    @Test
    void the_same_subject_of_another_issuer_has_its_own_limit() {
        for (int i = 0; i < RateLimitedProfile.BURST; i++) {
            Client.getAs(token, ROUTE);
        }
        assertThat(Client.getAs(token, ROUTE).statusCode()).isEqualTo(429);

        var second = new Tokens("second");
        var secondToken = second.sign(second.claims(subject, "attachers").audience("second-audience"));
        assertThat(Client.getAs(secondToken, ROUTE).statusCode())
                .as("not rate limited, but without a grant")
                .isEqualTo(403);
    }

    @Test
    void a_credential_that_failed_since_is_no_longer_exempt() {
        var expiring = sandbox.sign(
                sandbox.claims(subject, "attachers").expiresAt(Instant.now().plusSeconds(1)));
        assertThat(from("198.51.107.1", expiring).statusCode()).isEqualTo(200);
        await().atMost(TIMEOUT)
                .pollInterval(Duration.ofSeconds(2))
                .until(() -> from("198.51.108.1", expiring).statusCode() == 401);
        exhaust("198.51.107.2");

        assertThat(from("198.51.107.1", expiring).statusCode()).isEqualTo(429);
    }

    @Test
    void conflicting_credentials_count_as_failures() {
        await().atMost(TIMEOUT)
                .until(() -> Client.get(
                                        ROUTE,
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
    void a_verified_token_exempts_no_other_token_in_the_same_header() {
        assertThat(asAuthToken("198.51.110.1", token).statusCode()).isEqualTo(200);
        exhaust("198.51.110.2");

        assertThat(asAuthToken("198.51.110.1", token + "x").statusCode()).isEqualTo(429);
        assertThat(asAuthToken("198.51.110.1", token).statusCode()).isEqualTo(200);
    }

    @Test
    void rejections_without_verification_are_counted_in_the_audit_log() {
        exhaust("198.51.111.1");
        // Repeated, because at the end of a minute the counts are drained by the audit log itself.
        await().atMost(TIMEOUT).until(() -> {
            from("198.51.111.1", token + "x");
            return anonymousCounter.drain().stream()
                    .anyMatch(entry -> "too many failed credentials".equals(entry.reason())
                            && "198.51.111.0/24".equals(entry.clientAddress()));
        });
    }

    private void exhaust(String address) {
        await().atMost(TIMEOUT).until(() -> from(address, token + "x").statusCode() == 429);
    }

    private static HttpResponse<String> from(String address, String token) {
        return Client.get(ROUTE, "Authorization", Tokens.bearer(token), "X-Forwarded-For", address);
    }

    private static HttpResponse<String> post(String token, String body) {
        return Client.send("POST", ROUTE, "application/json", body, "Authorization", Tokens.bearer(token));
    }

    private static HttpResponse<String> asAuthToken(String address, String token) {
        return Client.get(ROUTE, "X-Auth-Token", token, "X-Forwarded-For", address);
    }

    private static long retryAfter(HttpResponse<String> response) {
        return response.headers().firstValueAsLong("Retry-After").orElseThrow();
    }

    private double throttled(String scope) {
        return meters.counter("access.throttled", "by", scope).count();
    }
}
