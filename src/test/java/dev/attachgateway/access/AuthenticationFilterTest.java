package dev.attachgateway.access;

import static dev.attachgateway.access.Client.PROJECT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.attachgateway.request.RequestId;
import dev.attachgateway.request.RequestLimits;
import dev.attachgateway.testkit.PostgresForTests;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every API path is authenticated, and its project checked, before routing; other paths need no credential. */
@QuarkusTest
@TestProfile(AccessProfile.class)
@WithTestResource(PostgresForTests.class)
class AuthenticationFilterTest {
    private static final String OTHER_PROJECT = "ffffffffffffffffffffffffffffffff";
    private static final String RESOURCE = "/v1/" + PROJECT + "/door";

    private final Tokens sandbox = Tokens.standing("sandbox");
    private final String attacher = sandbox.of("attacher", "attachers");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v1",
                "/v2/",
                "/v1/" + PROJECT + "/nothing-here",
                "/%76%31/" + PROJECT + "/door",
                "//v1/" + PROJECT + "/door",
                "/open-door/../v1/" + PROJECT + "/door",
                "/./v1/" + PROJECT + "/door",
                "/v1;a=b/" + PROJECT + "/door",
                "/v1/" + PROJECT + ";a=b/door",
                "/v1%2f" + PROJECT + "/door",
                "/v1/" + PROJECT + "/raw-door"
            })
    void no_spelling_of_an_api_path_bypasses_authentication(String path) {
        assertThat(Client.get(path).statusCode()).isIn(401, 404).satisfies(status -> {
            if (!path.contains("%2f")) {
                assertThat(status).isEqualTo(401);
            }
        });
    }

    @Test
    void without_configured_origins_no_cors_headers_are_sent() {
        HttpResponse<String> response =
                Client.get(RESOURCE, "Authorization", Tokens.bearer(attacher), "Origin", "https://console.example.com");

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().map().keySet()).noneMatch(name -> name.startsWith("access-control-"));
    }

    @Test
    void authentication_precedes_method_and_body_checks() {
        assertThat(Client.send("PATCH", RESOURCE, "text/csv", "a,b").statusCode())
                .isEqualTo(401);
        assertThat(Client.send("POST", RESOURCE, "application/json", "{").statusCode())
                .isEqualTo(401);
        assertThat(Client.send("POST", RESOURCE, "text/csv", "a,b").statusCode())
                .isEqualTo(401);
    }

    @Test
    void project_access_precedes_routing_and_body_checks() {
        for (String project : List.of(OTHER_PROJECT, "no-project-id-at-all", "%20", "..%2f" + PROJECT)) {
            var path = "/v1/" + project + "/door";
            assertThat(Client.getAs(attacher, path).statusCode()).as(project).isEqualTo(403);
            assertThat(post(path, "{").statusCode()).as(project).isEqualTo(403);
            assertThat(Client.getAs(attacher, "/v2/" + project + "/nothing").statusCode())
                    .as(project)
                    .isEqualTo(403);
        }
        assertThat(Client.send("PATCH", "/v1/" + OTHER_PROJECT + "/door", "text/csv", "", authorization())
                        .statusCode())
                .isEqualTo(403);
    }

    @Test
    void with_project_access_routing_errors_are_reported() {
        assertThat(Client.getAs(attacher, "/v1/" + PROJECT + "/nothing").statusCode())
                .isEqualTo(404);
        assertThat(Client.send("PATCH", RESOURCE, "text/csv", "", authorization())
                        .statusCode())
                .isEqualTo(405);
        assertThat(post(RESOURCE, "{").statusCode()).isEqualTo(400);
    }

    @Test
    void project_ids_are_case_insensitive() {
        assertThat(Client.getAs(attacher, "/v1/" + PROJECT.toUpperCase(Locale.ROOT) + "/door")
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void callers_without_a_grant_for_the_project_or_the_action_get_403() {
        String viewer = sandbox.of("viewer", "viewers");
        assertThat(Client.getAs(sandbox.of("stranger"), RESOURCE).statusCode()).isEqualTo(403);
        assertThat(Client.getAs(viewer, RESOURCE).statusCode()).isEqualTo(200);
        HttpResponse<String> denied = Client.send(
                "POST", RESOURCE, "application/json", "{\"volume_id\":\"d\"}", "Authorization", Tokens.bearer(viewer));

        assertThat(denied.statusCode()).isEqualTo(403);
        assertThat(denied.body()).contains("No grant lets the caller attach here.");
        assertThat(post(RESOURCE, "{\"volume_id\":\"d\"}").body()).isEqualTo("attachers");
    }

    @Test
    void a_vertx_route_is_behind_the_same_filter() {
        assertThat(Client.getAs(attacher, "/v1/" + PROJECT + "/raw-door").body())
                .isEqualTo("sandbox:attacher");
        assertThat(Client.getAs(attacher, "/v1/" + OTHER_PROJECT + "/raw-door").statusCode())
                .isEqualTo(403);
    }

    @Test
    void a_policy_that_fails_gives_no_permit_to_a_search_for_one() {
        assertThat(Client.getAs(attacher, "/v1/" + PROJECT + "/undecided").body())
                .isEqualTo("none");
    }

    @Test
    void a_project_resource_outside_the_filter_is_rejected_with_401() {
        assertThat(Client.getAs(attacher, "/ungated/" + PROJECT).statusCode()).isEqualTo(401);
    }

    @Test
    void other_paths_neither_require_nor_check_credentials() {
        assertThat(Client.get("/open-door", "Authorization", "Bearer x", "X-Auth-Token", "y")
                        .body())
                .isEqualTo("open");
    }

    @Test
    void every_response_has_a_request_id() {
        for (HttpResponse<String> response : List.of(
                Client.getAs(attacher, RESOURCE),
                Client.get(RESOURCE),
                Client.get("/open-door"),
                Client.get("/nothing"),
                Client.getAs(attacher, "/v1/" + OTHER_PROJECT),
                Client.send("PATCH", RESOURCE, "text/csv", "", authorization()))) {
            assertThat(response.headers().allValues(RequestId.HEADER))
                    .as("status %d", response.statusCode())
                    .singleElement()
                    .asString()
                    .matches("[0-9a-f]{32}");
        }
    }

    @Test
    void an_oversize_content_length_is_rejected_with_413_after_authentication() {
        assertThat(Client.announcing(RESOURCE, 1L << 30, authorization()))
                .startsWith("HTTP/1.1 413 ")
                .containsPattern("(?i)x-request-id: [0-9a-f]{32}");
        assertThat(Client.announcing(RESOURCE, 1L << 30, "Accept", "*/*")).startsWith("HTTP/1.1 401 ");
        assertThat(Client.announcing(RESOURCE, RequestLimits.MAX_BODY_BYTES + 1, authorization()))
                .as("below the limit of the HTTP server")
                .startsWith("HTTP/1.1 413 ");
    }

    @Test
    void the_trace_id_of_traceparent_becomes_the_request_id() {
        var trace = "4bf92f3577b34da6a3ce929d0e0e4736";
        HttpResponse<String> response = Client.get(
                RESOURCE,
                "traceparent",
                "00-" + trace + "-00f067aa0ba902b7-01",
                "Authorization",
                Tokens.bearer(attacher));

        assertThat(response.headers().firstValue(RequestId.HEADER)).contains(trace);
        assertThat(response.body()).isEqualTo("sandbox:attacher " + trace);
    }

    private HttpResponse<String> post(String path, String body) {
        return Client.send("POST", path, "application/json", body, authorization());
    }

    private String[] authorization() {
        return new String[] {"Authorization", Tokens.bearer(attacher)};
    }
}
