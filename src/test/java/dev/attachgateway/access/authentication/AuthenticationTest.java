package dev.attachgateway.access.authentication;

import static dev.attachgateway.access.Client.PROJECT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.attachgateway.access.AccessProfile;
import dev.attachgateway.access.Client;
import dev.attachgateway.access.Tokens;
import dev.attachgateway.access.oidc.JwksFetchLimiter;
import dev.attachgateway.testkit.PostgresForTests;
import dev.attachgateway.testkit.Timeouts;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.smallrye.jwt.algorithm.SignatureAlgorithm;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Proves which bearer tokens are accepted, and that an issuer's keys are fetched when needed and not more often. */
@QuarkusTest
@TestProfile(AccessProfile.class)
@WithTestResource(PostgresForTests.class)
class AuthenticationTest {
    private static final int UNKNOWN_KEY_REQUESTS = 60;
    private static final String ROUTE = "/v1/" + PROJECT + "/door";

    private final Tokens sandbox = new Tokens("sandbox");

    @Test
    void a_token_of_a_configured_issuer_identifies_its_caller() {
        HttpResponse<String> response = Client.getAs(sandbox.of("attacher", "attachers"), ROUTE);

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).startsWith("sandbox:attacher ");
    }

    @Test
    void the_same_token_is_accepted_in_X_Auth_Token() {
        String token = sandbox.of("attacher", "attachers");

        assertThat(Client.get(ROUTE, "X-Auth-Token", token).statusCode()).isEqualTo(200);
        assertThat(Client.get(ROUTE, "X-Auth-Token", token, "Authorization", "bearer " + token)
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void two_different_credentials_are_rejected_with_400() {
        String first = sandbox.of("attacher", "attachers");
        String second = sandbox.of("operator", "operators");

        assertThat(Client.get(ROUTE, "X-Auth-Token", first, "Authorization", Tokens.bearer(second)))
                .satisfies(response -> assertThat(response.statusCode()).isEqualTo(400))
                .satisfies(response -> assertThat(response.body()).contains("credentials that differ"));
        assertThat(Client.get(ROUTE, "X-Auth-Token", first, "X-Auth-Token", second)
                        .statusCode())
                .isEqualTo(400);
        assertThat(Client.get(ROUTE, "X-Auth-Token", first, "Authorization", "SDK-HMAC-SHA256 Access=x")
                        .statusCode())
                .isEqualTo(400);
    }

    @Test
    void a_request_without_a_credential_is_rejected_with_a_challenge() {
        assertNotAuthenticated(Client.get(ROUTE), "Bearer");
    }

    @Test
    void malformed_tokens_and_other_schemes_are_rejected() {
        for (String malformed : List.of("x", "a.b.c", "..", "e30.e30.x", "é")) {
            assertInvalidToken(Client.get(ROUTE, "Authorization", Tokens.bearer(malformed)));
        }
        assertInvalidToken(Client.get(ROUTE, "Authorization", "Basic YTpi"));
    }

    @Test
    void an_expired_token_is_rejected() {
        assertInvalidToken(Client.getAs(
                sandbox.sign(sandbox.claims("attacher", "attachers")
                        .issuedAt(Instant.now().minusSeconds(120))
                        .expiresAt(Instant.now().minusSeconds(30))),
                ROUTE));
    }

    @Test
    void a_token_without_the_gateways_audience_is_rejected() {
        assertInvalidToken(Client.getAs(
                sandbox.sign(sandbox.claims("attacher", "attachers").audience("another-gateway")), ROUTE));
        assertInvalidToken(Client.getAs(
                sandbox.sign(sandbox.claims("attacher", "attachers").remove("aud")), ROUTE));
    }

    @Test
    void a_token_of_an_unknown_issuer_is_rejected() {
        assertInvalidToken(Client.getAs(
                sandbox.sign(sandbox.claims("attacher", "attachers").issuer("https://elsewhere.example")), ROUTE));
    }

    @Test
    void a_token_signed_by_another_issuer_is_rejected() {
        String second = Tokens.setting("access.issuers.second.url");
        new Tokens("second");

        assertInvalidToken(Client.getAs(
                sandbox.sign(
                        sandbox.claims("attacher", "attachers").issuer(second).audience("second-audience")),
                ROUTE));
    }

    @Test
    void a_grant_does_not_apply_to_the_same_subject_of_another_issuer() {
        var second = new Tokens("second");
        String token = second.sign(second.claims("attacher", "attachers").audience("second-audience"));

        assertThat(Client.getAs(token, ROUTE).statusCode()).isEqualTo(403);
    }

    @Test
    void only_the_configured_algorithm_is_accepted() {
        assertInvalidToken(
                Client.getAs(sandbox.sign(sandbox.claims("attacher", "attachers"), SignatureAlgorithm.RS512), ROUTE));
        assertInvalidToken(
                Client.getAs(sandbox.forged("{\"alg\":\"none\",\"kid\":\"KID\"}", text -> new byte[0]), ROUTE));
        assertInvalidToken(Client.getAs(sandbox.forgedWithPublicKey(), ROUTE));
    }

    @Test
    void a_rotated_key_is_fetched_on_its_first_token() {
        assertThat(Client.getAs(sandbox.of("attacher", "attachers"), ROUTE).statusCode())
                .isEqualTo(200);
        var rotated = new Tokens("sandbox");

        assertThat(Client.getAs(rotated.of("attacher", "attachers"), ROUTE).statusCode())
                .isEqualTo(200);
        rotated.rename("never-published-" + UUID.randomUUID());
        assertInvalidToken(Client.getAs(rotated.of("attacher", "attachers"), ROUTE));
    }

    @Test
    void a_withdrawn_key_is_rejected_after_the_cache_ttl() {
        var brief = new Tokens("brief");
        String token = brief.of("attacher", "attachers");
        assertThat(Client.getAs(token, ROUTE).statusCode()).isEqualTo(403);

        new Tokens("brief");

        await().atMost(Timeouts.CONDITION).untilAsserted(() -> assertInvalidToken(Client.getAs(token, ROUTE)));
    }

    @Test
    void while_an_issuer_is_unavailable_cached_keys_verify_and_unknown_keys_give_503() {
        var unavailable = new Tokens("asleep");
        assertThat(Client.getAs(unavailable.of("attacher", "attachers"), ROUTE).statusCode())
                .isEqualTo(403);
        String cachedKeyToken = unavailable.of("attacher", "attachers");
        unavailable.rename(UUID.randomUUID().toString());
        unavailable.vanish();

        assertThat(Client.getAs(cachedKeyToken, ROUTE).statusCode())
                .as("cached key")
                .isEqualTo(403);
        for (int i = 0; i < 3; i++) {
            HttpResponse<String> response = Client.getAs(unavailable.of("attacher", "attachers"), ROUTE);
            assertThat(response.statusCode()).isEqualTo(503);
            assertThat(response.body()).contains("could not be fetched").doesNotContain("localhost");
        }
        assertThat(Client.getAs(sandbox.sign(sandbox.claims("attacher").issuer("http://localhost:1")), ROUTE)
                        .statusCode())
                .isEqualTo(503);
    }

    @Test
    void tokens_with_unknown_key_ids_do_not_flood_their_issuer() throws IOException {
        var busy = new Tokens("busy");
        String cachedKeyToken = busy.of("attacher", "attachers");
        assertThat(Client.getAs(cachedKeyToken, ROUTE).statusCode()).isEqualTo(403);
        long fetchesBefore = busy.fetches();
        long startedAt = System.nanoTime();

        List<Integer> statuses = IntStream.range(0, UNKNOWN_KEY_REQUESTS)
                .parallel()
                .mapToObj(i -> busy.of("attacher").replaceFirst(".*?\\.", header("unknown-" + i)))
                .map(token -> Client.getAs(token, ROUTE).statusCode())
                .toList();

        // The limit for each second that the requests took, including the first and the last one.
        long seconds = Duration.ofNanos(System.nanoTime() - startedAt).toSeconds() + 2;
        long maxFetches = seconds * JwksFetchLimiter.MAX_PER_SECOND;
        assertThat(busy.fetches() - fetchesBefore).isLessThanOrEqualTo(maxFetches);
        assertThat(statuses).isSubsetOf(401, 503);
        if (UNKNOWN_KEY_REQUESTS > maxFetches) {
            assertThat(statuses).contains(503);
        }
        assertThat(Client.getAs(cachedKeyToken, ROUTE).statusCode())
                .as("cached key")
                .isEqualTo(403);
    }

    @Test
    void a_burst_of_tokens_with_a_new_key_is_authenticated() {
        var busy = new Tokens("busy");
        busy.rename("never-fetched-before");
        busy.publish();

        List<Integer> statuses =
                IntStream.range(0, 50).mapToObj(i -> busy.of("attacher", "attachers")).toList().parallelStream()
                        .map(token -> Client.getAs(token, ROUTE).statusCode())
                        .toList();

        assertThat(statuses).as("authenticated, without a grant").containsOnly(403);
    }

    @Test
    void concurrent_first_requests_to_an_issuer_share_one_fetch_of_its_keys() throws Exception {
        var cold = new Tokens("cold");
        String token = cold.of("attacher", "attachers");

        List<Future<Integer>> statuses;
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            statuses = IntStream.range(0, 100)
                    .mapToObj(
                            _ -> threads.submit(() -> Client.getAs(token, ROUTE).statusCode()))
                    .toList();
        }

        assertThat(statuses)
                .extracting(Future::resultNow)
                .as("authenticated, without a grant")
                .containsOnly(403);
        assertThat(cold.fetches()).isEqualTo(1);
    }

    private static String header(String kid) {
        return Tokens.base64("{\"alg\":\"RS256\",\"kid\":\"%s\"}".formatted(kid).getBytes(StandardCharsets.UTF_8))
                + ".";
    }

    private static void assertInvalidToken(HttpResponse<String> response) {
        assertNotAuthenticated(response, "Bearer error=\"invalid_token\"");
    }

    private static void assertNotAuthenticated(HttpResponse<String> response, String challenge) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(401);
        assertThat(response.headers().allValues("WWW-Authenticate")).containsExactly(challenge);
        assertThat(response.headers().firstValue("Content-Type")).contains("application/problem+json");
        assertThat(response.body()).containsAnyOf("A bearer token in Authorization", "The token is malformed");
    }
}
