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

/** Every call of the OpenAPI document is authenticated and authorized; new calls are covered automatically. */
@QuarkusTest
@TestProfile(EndpointSweepTest.Profile.class)
@WithTestResource(PostgresForTests.class)
class EndpointSweepTest {
    private static final Duration TIMEOUT = Timeouts.CONDITION;

    /** Calls by POST that need a grant to read only. */
    private static final Set<String> READS_BY_POST = Set.of("createStreamTicket");

    /** Test issuers, and one caller for each kind of grant. */
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

    private Map<String, String> invalidTokens() {
        var now = Instant.now();
        var tokens = new LinkedHashMap<String, String>();
        tokens.put("malformed", "a.b.c");
        tokens.put("empty", "");
        tokens.put("expired", sandbox.sign(sandbox.claims("owner").expiresAt(now.minusSeconds(60))));
        tokens.put(
                "not yet valid",
                sandbox.sign(
                        sandbox.claims("owner").claim("nbf", now.plusSeconds(60).getEpochSecond())));
        tokens.put("wrong issuer", sandbox.sign(sandbox.claims("owner").issuer("http://localhost:1/unknown")));
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
    void the_document_lists_the_calls() {
        assertThat(calls.all())
                .extracting(Call::operationId)
                .contains("attachVolume", "detachVolume", "showOperation", "listOperations", "releaseOperation");
    }

    @Test
    void requests_without_a_credential_are_rejected_with_401() {
        forEach(calls.all(), _ -> true, (soft, call) -> {
            var response = call.send();
            expect(soft, call, response, 401, "Gateway.NotAuthenticated");
            soft.assertThat(response.headers().firstValue("WWW-Authenticate")).isPresent();
        });
        forEach(calls.wrongMethods(), _ -> true, (soft, call) -> expect(soft, call, call.send(), 401, ""));
    }

    @Test
    void invalid_tokens_are_rejected_with_401() {
        invalidTokens()
                .forEach((kind, token) -> List.of("Authorization", "X-Auth-Token")
                        .forEach(header -> forEach(calls.all(), _ -> true, (soft, call) -> {
                            var response =
                                    call.send(header, header.equals("Authorization") ? Tokens.bearer(token) : token);
                            soft.assertThat(response.statusCode())
                                    .as("%s with a token that is %s in %s", call, kind, header)
                                    .isEqualTo(401);
                            soft.assertThat(response.headers()
                                            .firstValue("WWW-Authenticate")
                                            .orElse(""))
                                    .contains("invalid_token");
                        })));
    }

    @Test
    void credentials_of_two_callers_are_rejected_with_400() {
        forEach(
                calls.all(),
                _ -> true,
                (soft, call) -> expect(
                        soft,
                        call,
                        call.send("Authorization", as("owner"), "X-Auth-Token", sandbox.of("reader")),
                        400,
                        "Gateway.CredentialsDisagree"));
    }

    @Test
    void requests_without_a_grant_are_rejected_with_403_and_audited() {
        var requests = new HashSet<String>();
        forEach(calls.all(), _ -> true, (soft, call) -> {
            requests.add(denied(soft, call, "neighbour"));
            requests.add(denied(soft, call, "stranger"));
        });
        forEach(
                calls.all(),
                call -> call.path().contains("{id}") || !call.isOfProject(),
                (soft, call) -> requests.add(denied(soft, call, "other-team")));
        awaitDenied(requests);
    }

    @Test
    void a_grant_to_read_allows_reads_only() {
        var requests = new HashSet<String>();
        forEach(calls.all(), _ -> true, (soft, call) -> {
            if (call.isOfProject()
                    && !isOperatorCall(call)
                    && (call.isRead() || READS_BY_POST.contains(call.operationId()))) {
                expectPermitted(soft, call, call.send("Authorization", as("reader")));
            } else {
                requests.add(denied(soft, call, "reader"));
            }
        });
        awaitDenied(requests);
    }

    @Test
    void a_caller_with_all_grants_passes_every_call_and_wrong_methods_get_405() {
        // The operator calls come last: they stop the others.
        forEach(
                calls.all(),
                call -> !isOperatorCall(call),
                (soft, call) -> expectPermitted(soft, call, call.send("Authorization", as("owner"))));
        forEach(
                calls.all(),
                EndpointSweepTest::isOperatorCall,
                (soft, call) -> expectPermitted(soft, call, call.send("Authorization", as("owner"))));
        // Restores the breakers, since the other tests may run later.
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
        forEach(calls.wrongMethods(), _ -> true, (soft, call) -> {
            var response = call.send("Authorization", as("owner"));
            expect(soft, call, response, 405, "Gateway.MethodNotAllowed");
            soft.assertThat(response.headers().firstValue("Allow").orElse(""))
                    .as("Allow of %s", call)
                    .isNotEmpty()
                    .doesNotContain(call.method());
        });
    }

    private static boolean isOperatorCall(Call call) {
        return call.path().startsWith("/operator");
    }

    private String denied(SoftAssertions soft, Call call, String subject) {
        var response = call.send("Authorization", as(subject));
        expect(soft, call, response, 403, "Gateway.NotGranted");
        return response.headers().firstValue(RequestId.HEADER).orElse("");
    }

    private static void expectPermitted(SoftAssertions soft, Call call, HttpResponse<String> response) {
        soft.assertThat(response.statusCode())
                .as("%s: %s", call, response.body())
                .isNotIn(401, 403, 405)
                .isLessThan(500);
    }

    private static void expect(SoftAssertions soft, Call call, HttpResponse<String> response, int status, String code) {
        soft.assertThat(response.statusCode())
                .as("%s: %s", call, response.body())
                .isEqualTo(status);
        soft.assertThat(response.body()).as(call.toString()).contains(code);
        soft.assertThat(response.headers().firstValue("Content-Type").orElse(""))
                .as(call.toString())
                .startsWith("application/problem+json");
        soft.assertThat(response.headers().allValues(RequestId.HEADER))
                .as(call.toString())
                .hasSize(1);
    }

    private static void forEach(
            List<Call> calls, Predicate<Call> filter, java.util.function.BiConsumer<SoftAssertions, Call> check) {
        var soft = new SoftAssertions();
        calls.stream().filter(filter).forEach(call -> check.accept(soft, call));
        soft.assertAll();
    }

    private void awaitDenied(Set<String> requests) {
        assertThat(requests).isNotEmpty().doesNotContain("");
        await().atMost(TIMEOUT).untilAsserted(() -> assertThat(deniedRequests()).containsAll(requests));
    }

    private Set<String> deniedRequests() {
        var rows = pool.query("select request_id from audit where verdict = 'denied'")
                .execute()
                .await()
                .atMost(TIMEOUT);
        return StreamSupport.stream(rows.spliterator(), false)
                .map((Row row) -> row.getString("request_id"))
                .collect(Collectors.toSet());
    }
}
