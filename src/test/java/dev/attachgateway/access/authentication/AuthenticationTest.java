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

@QuarkusTest
@TestProfile(AccessProfile.class)
@WithTestResource(PostgresForTests.class)
class AuthenticationTest {
    private static final int FLOOD = 60;
    private static final String DOOR = "/v1/" + PROJECT + "/door";

    private final Tokens sandbox = new Tokens("sandbox");

    @Test
    void a_token_of_a_known_issuer_names_its_caller() {
        HttpResponse<String> answer = Client.getAs(sandbox.of("attacher", "attachers"), DOOR);

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).startsWith("sandbox:attacher ");
    }

    @Test
    void the_same_token_counts_as_X_Auth_Token() {
        String token = sandbox.of("attacher", "attachers");

        assertThat(Client.get(DOOR, "X-Auth-Token", token).statusCode()).isEqualTo(200);
        assertThat(Client.get(DOOR, "X-Auth-Token", token, "Authorization", "bearer " + token)
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void two_credentials_that_disagree_are_refused_instead_of_chosen_from() {
        String one = sandbox.of("attacher", "attachers");
        String other = sandbox.of("operator", "operators");

        assertThat(Client.get(DOOR, "X-Auth-Token", one, "Authorization", Tokens.bearer(other)))
                .satisfies(answer -> assertThat(answer.statusCode()).isEqualTo(400))
                .satisfies(answer -> assertThat(answer.body()).contains("credentials that differ"));
        assertThat(Client.get(DOOR, "X-Auth-Token", one, "X-Auth-Token", other).statusCode())
                .isEqualTo(400);
        assertThat(Client.get(DOOR, "X-Auth-Token", one, "Authorization", "SDK-HMAC-SHA256 Access=x")
                        .statusCode())
                .isEqualTo(400);
    }

    @Test
    void without_a_credential_the_answer_is_a_challenge() {
        assertUnknown(Client.get(DOOR), "Bearer");
    }

    @Test
    void garbage_is_not_a_credential() {
        for (String garbage : List.of("x", "a.b.c", "..", "e30.e30.x", "é")) {
            assertInvalid(Client.get(DOOR, "Authorization", Tokens.bearer(garbage)));
        }
        assertInvalid(Client.get(DOOR, "Authorization", "Basic YTpi"));
    }

    @Test
    void an_expired_token_is_not_accepted() {
        assertInvalid(Client.getAs(
                sandbox.sign(sandbox.claims("attacher", "attachers")
                        .issuedAt(Instant.now().minusSeconds(120))
                        .expiresAt(Instant.now().minusSeconds(30))),
                DOOR));
    }

    @Test
    void a_token_for_another_audience_is_not_accepted() {
        assertInvalid(Client.getAs(
                sandbox.sign(sandbox.claims("attacher", "attachers").audience("another-gateway")), DOOR));
        assertInvalid(Client.getAs(
                sandbox.sign(sandbox.claims("attacher", "attachers").remove("aud")), DOOR));
    }

    @Test
    void a_token_of_an_unknown_issuer_is_not_accepted() {
        assertInvalid(Client.getAs(
                sandbox.sign(sandbox.claims("attacher", "attachers").issuer("https://elsewhere.example")), DOOR));
    }

    @Test
    void one_issuer_cannot_sign_for_another() {
        String second = Tokens.setting("access.issuers.second.url");
        new Tokens("second");

        assertInvalid(Client.getAs(
                sandbox.sign(
                        sandbox.claims("attacher", "attachers").issuer(second).audience("second-audience")),
                DOOR));
    }

    @Test
    void a_grant_for_one_issuer_is_none_for_the_same_subject_of_another() {
        Tokens second = new Tokens("second");
        String token = second.sign(second.claims("attacher", "attachers").audience("second-audience"));

        assertThat(Client.getAs(token, DOOR).statusCode()).isEqualTo(403);
    }

    @Test
    void only_the_pinned_algorithm_is_accepted() {
        assertInvalid(
                Client.getAs(sandbox.sign(sandbox.claims("attacher", "attachers"), SignatureAlgorithm.RS512), DOOR));
        assertInvalid(Client.getAs(sandbox.forged("{\"alg\":\"none\",\"kid\":\"KID\"}", text -> new byte[0]), DOOR));
        assertInvalid(Client.getAs(sandbox.forgedWithPublicKey(), DOOR));
    }

    @Test
    void a_rotated_key_is_fetched_when_it_is_first_seen() {
        assertThat(Client.getAs(sandbox.of("attacher", "attachers"), DOOR).statusCode())
                .isEqualTo(200);
        Tokens rotated = new Tokens("sandbox");

        assertThat(Client.getAs(rotated.of("attacher", "attachers"), DOOR).statusCode())
                .isEqualTo(200);
        rotated.rename("never-published-" + UUID.randomUUID());
        assertInvalid(Client.getAs(rotated.of("attacher", "attachers"), DOOR));
    }

    @Test
    void a_withdrawn_key_is_forgotten() {
        Tokens brief = new Tokens("brief");
        String token = brief.of("attacher", "attachers");
        assertThat(Client.getAs(token, DOOR).statusCode()).isEqualTo(403);

        new Tokens("brief");

        await().atMost(Timeouts.CONDITION).untilAsserted(() -> assertInvalid(Client.getAs(token, DOOR)));
    }

    @Test
    void an_issuer_that_cannot_be_asked_leaves_the_question_open_and_the_gate_closed() {
        Tokens asleep = new Tokens("asleep");
        assertThat(Client.getAs(asleep.of("attacher", "attachers"), DOOR).statusCode())
                .isEqualTo(403);
        String known = asleep.of("attacher", "attachers");
        asleep.rename(UUID.randomUUID().toString());
        asleep.vanish();

        assertThat(Client.getAs(known, DOOR).statusCode()).as("known key").isEqualTo(403);
        for (int i = 0; i < 3; i++) {
            HttpResponse<String> answer = Client.getAs(asleep.of("attacher", "attachers"), DOOR);
            assertThat(answer.statusCode()).isEqualTo(503);
            assertThat(answer.body()).contains("could not be asked").doesNotContain("localhost");
        }
        assertThat(Client.getAs(sandbox.sign(sandbox.claims("attacher").issuer("http://localhost:1")), DOOR)
                        .statusCode())
                .isEqualTo(503);
    }

    @Test
    void tokens_with_unheard_of_keys_do_not_flood_their_issuer() throws IOException {
        Tokens busy = new Tokens("busy");
        String known = busy.of("attacher", "attachers");
        assertThat(Client.getAs(known, DOOR).statusCode()).isEqualTo(403);
        long before = busy.fetches();
        long begun = System.nanoTime();

        List<Integer> answers = IntStream.range(0, FLOOD)
                .parallel()
                .mapToObj(i -> busy.of("attacher").replaceFirst(".*?\\.", header("unheard-of-" + i)))
                .map(token -> Client.getAs(token, DOOR).statusCode())
                .toList();

        // So many in each second that it took, the first and the last one included.
        long seconds = Duration.ofNanos(System.nanoTime() - begun).toSeconds() + 2;
        long most = seconds * JwksFetchLimiter.MAX_PER_SECOND;
        assertThat(busy.fetches() - before).isLessThanOrEqualTo(most);
        assertThat(answers).isSubsetOf(401, 503);
        if (FLOOD > most) {
            assertThat(answers).contains(503);
        }
        assertThat(Client.getAs(known, DOOR).statusCode()).as("known key").isEqualTo(403);
    }

    @Test
    void a_burst_that_meets_no_keys_is_let_in() {
        Tokens busy = new Tokens("busy");
        busy.rename("never-fetched-before");
        busy.publish();

        List<Integer> answers =
                IntStream.range(0, 50).mapToObj(i -> busy.of("attacher", "attachers")).toList().parallelStream()
                        .map(token -> Client.getAs(token, DOOR).statusCode())
                        .toList();

        assertThat(answers).as("known, and without a grant").containsOnly(403);
    }

    @Test
    void of_a_crowd_that_comes_before_an_issuer_was_ever_asked_one_asks_and_all_are_let_in() throws Exception {
        Tokens cold = new Tokens("cold");
        String token = cold.of("attacher", "attachers");

        List<Future<Integer>> answers;
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            answers = IntStream.range(0, 100)
                    .mapToObj(
                            i -> threads.submit(() -> Client.getAs(token, DOOR).statusCode()))
                    .toList();
        }

        assertThat(answers)
                .extracting(Future::resultNow)
                .as("known, and without a grant")
                .containsOnly(403);
        assertThat(cold.fetches()).isEqualTo(1);
    }

    private static String header(String kid) {
        return Tokens.base64("{\"alg\":\"RS256\",\"kid\":\"%s\"}".formatted(kid).getBytes(StandardCharsets.UTF_8))
                + ".";
    }

    private static void assertInvalid(HttpResponse<String> answer) {
        assertUnknown(answer, "Bearer error=\"invalid_token\"");
    }

    private static void assertUnknown(HttpResponse<String> answer, String challenge) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(401);
        assertThat(answer.headers().allValues("WWW-Authenticate")).containsExactly(challenge);
        assertThat(answer.headers().firstValue("Content-Type")).contains("application/problem+json");
        assertThat(answer.body()).containsAnyOf("A bearer token is needed", "The token is malformed");
    }
}
