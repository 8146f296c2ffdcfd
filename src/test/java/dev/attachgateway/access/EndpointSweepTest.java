package dev.attachgateway.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.attachgateway.access.DocumentedCalls.Call;
import dev.attachgateway.request.RequestId;
import dev.attachgateway.testkit.PostgresForTests;
import dev.attachgateway.testkit.Timeouts;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.smallrye.jwt.algorithm.SignatureAlgorithm;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import jakarta.inject.Inject;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;

/** Every call of the API's document with every kind of credential, so that a new call is tried by itself. */
@QuarkusTest
@TestProfile(EndpointSweepTest.Profile.class)
@WithTestResource(PostgresForTests.class)
class EndpointSweepTest {
    private static final Duration LIMIT = Timeouts.CONDITION;

    /** Those that are asked with a method that writes, and let only be seen what a grant to read shows. */
    private static final Set<String> READS_BY_POST = Set.of("createStreamTicket");

    /** Issuers of the test's own, and one caller of each kind. */
    public static class Profile implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of("access.grants-file", "classpath:access/sweep-grants.yaml");
        }

        @Override
        public List<TestResourceEntry> testResources() {
            return List.of(new TestResourceEntry(IssuerForTests.class));
        }
    }

    @Inject
    Pool pool;

    private final Tokens sandbox = Tokens.standing("sandbox");
    private final DocumentedCalls calls = new DocumentedCalls();

    private Map<String, String> refused() {
        var now = Instant.now();
        var tokens = new LinkedHashMap<String, String>();
        tokens.put("malformed", "a.b.c");
        tokens.put("empty", "");
        tokens.put("expired", sandbox.sign(sandbox.claims("owner").expiresAt(now.minusSeconds(60))));
        tokens.put(
                "not yet valid",
                sandbox.sign(
                        sandbox.claims("owner").claim("nbf", now.plusSeconds(60).getEpochSecond())));
        tokens.put("wrong issuer", sandbox.sign(sandbox.claims("owner").issuer("http://localhost:1/nobody")));
        tokens.put("of another issuer's key", sandbox.signAs(new Tokens("second"), "owner"));
        tokens.put("wrong audience", sandbox.sign(sandbox.claims("owner").audience("another-service")));
        tokens.put("another algorithm", sandbox.sign(sandbox.claims("owner"), SignatureAlgorithm.PS256));
        tokens.put("alg none", sandbox.forged("{\"alg\":\"none\",\"kid\":\"KID\"}", bytes -> new byte[0]));
        tokens.put("HS256 with the public key", sandbox.forgedWithPublicKey());
        return tokens;
    }

    private String as(String subject) {
        return Tokens.bearer(sandbox.of(subject));
    }

    @Test
    void the_document_names_calls() {
        assertThat(calls.all())
                .extracting(Call::operationId)
                .contains("attachVolume", "detachVolume", "showOperation", "listOperations", "releaseOperation");
    }

    @Test
    void nobody_gets_in_without_a_credential() {
        each(calls.all(), call -> true, (soft, call) -> {
            var answer = call.send();
            expect(soft, call, answer, 401, "Gateway.NotAuthenticated");
            soft.assertThat(answer.headers().firstValue("WWW-Authenticate")).isPresent();
        });
        each(calls.wrongMethods(), call -> true, (soft, call) -> expect(soft, call, call.send(), 401, ""));
    }

    @Test
    void nobody_gets_in_with_a_token_that_does_not_count() {
        refused()
                .forEach((kind, token) -> List.of("Authorization", "X-Auth-Token")
                        .forEach(header -> each(calls.all(), call -> true, (soft, call) -> {
                            var answer =
                                    call.send(header, header.equals("Authorization") ? Tokens.bearer(token) : token);
                            soft.assertThat(answer.statusCode())
                                    .as("%s with a token that is %s in %s", call, kind, header)
                                    .isEqualTo(401);
                            soft.assertThat(answer.headers()
                                            .firstValue("WWW-Authenticate")
                                            .orElse(""))
                                    .contains("invalid_token");
                        })));
    }

    @Test
    void two_callers_at_once_are_refused() {
        each(
                calls.all(),
                call -> true,
                (soft, call) -> expect(
                        soft,
                        call,
                        call.send("Authorization", as("owner"), "X-Auth-Token", sandbox.of("reader")),
                        400,
                        "Gateway.CredentialsDisagree"));
    }

    @Test
    void who_has_no_grant_in_the_project_or_for_the_thing_is_refused_and_it_is_on_record() {
        var requests = new HashSet<String>();
        each(calls.all(), call -> true, (soft, call) -> {
            requests.add(denied(soft, call, "neighbour"));
            requests.add(denied(soft, call, "stranger"));
        });
        each(
                calls.all(),
                call -> call.path().contains("{id}") || !call.isOfProject(),
                (soft, call) -> requests.add(denied(soft, call, "other-team")));
        awaitDenied(requests);
    }

    @Test
    void a_reader_may_read_and_nothing_else() {
        var requests = new HashSet<String>();
        each(calls.all(), call -> true, (soft, call) -> {
            if (call.isOfProject()
                    && !isOperators(call)
                    && (call.isRead() || READS_BY_POST.contains(call.operationId()))) {
                expectIn(soft, call, call.send("Authorization", as("reader")));
            } else {
                requests.add(denied(soft, call, "reader"));
            }
        });
        awaitDenied(requests);
    }

    @Test
    void whoever_has_every_grant_gets_in_everywhere_and_hears_which_methods_are_right() {
        // What operators do by hand comes last: it stops the others.
        each(
                calls.all(),
                call -> !isOperators(call),
                (soft, call) -> expectIn(soft, call, call.send("Authorization", as("owner"))));
        each(
                calls.all(),
                EndpointSweepTest::isOperators,
                (soft, call) -> expectIn(soft, call, call.send("Authorization", as("owner"))));
        // Whatever order the tests run in, the others find the breakers as they were.
        for (var service : List.of("modelarts", "evs", "iam")) {
            var released = Client.send(
                    "PUT",
                    "/operator/guards/" + service,
                    "application/json",
                    "{\"state\":\"automatic\"}",
                    "Authorization",
                    as("owner"));
            assertThat(released.statusCode()).isEqualTo(200);
        }
        each(calls.wrongMethods(), call -> true, (soft, call) -> {
            var answer = call.send("Authorization", as("owner"));
            expect(soft, call, answer, 405, "Gateway.MethodNotAllowed");
            soft.assertThat(answer.headers().firstValue("Allow").orElse(""))
                    .as("Allow of %s", call)
                    .isNotEmpty()
                    .doesNotContain(call.method());
        });
    }

    private static boolean isOperators(Call call) {
        return call.path().startsWith("/operator");
    }

    private String denied(SoftAssertions soft, Call call, String subject) {
        var answer = call.send("Authorization", as(subject));
        expect(soft, call, answer, 403, "Gateway.NotGranted");
        return answer.headers().firstValue(RequestId.HEADER).orElse("");
    }

    private static void expectIn(SoftAssertions soft, Call call, HttpResponse<String> answer) {
        soft.assertThat(answer.statusCode())
                .as("%s: %s", call, answer.body())
                .isNotIn(401, 403, 405)
                .isLessThan(500);
    }

    private static void expect(SoftAssertions soft, Call call, HttpResponse<String> answer, int status, String code) {
        soft.assertThat(answer.statusCode()).as("%s: %s", call, answer.body()).isEqualTo(status);
        soft.assertThat(answer.body()).as(call.toString()).contains(code);
        soft.assertThat(answer.headers().firstValue("Content-Type").orElse(""))
                .as(call.toString())
                .startsWith("application/problem+json");
        soft.assertThat(answer.headers().allValues(RequestId.HEADER))
                .as(call.toString())
                .hasSize(1);
    }

    private static void each(
            List<Call> calls, Predicate<Call> which, java.util.function.BiConsumer<SoftAssertions, Call> trial) {
        var soft = new SoftAssertions();
        calls.stream().filter(which).forEach(call -> trial.accept(soft, call));
        soft.assertAll();
    }

    private void awaitDenied(Set<String> requests) {
        assertThat(requests).isNotEmpty().doesNotContain("");
        await().atMost(LIMIT).untilAsserted(() -> assertThat(deniedRequests()).containsAll(requests));
    }

    private Set<String> deniedRequests() {
        var rows = pool.query("select request_id from audit where verdict = 'denied'")
                .execute()
                .await()
                .atMost(LIMIT);
        return StreamSupport.stream(rows.spliterator(), false)
                .map((Row row) -> row.getString("request_id"))
                .collect(Collectors.toSet());
    }
}
