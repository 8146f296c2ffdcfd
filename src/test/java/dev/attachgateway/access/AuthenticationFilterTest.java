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

@QuarkusTest
@TestProfile(AccessProfile.class)
@WithTestResource(PostgresForTests.class)
class AuthenticationFilterTest {
    private static final String ELSEWHERE = "ffffffffffffffffffffffffffffffff";
    private static final String DOOR = "/v1/" + PROJECT + "/door";

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
    void no_spelling_of_a_path_gets_by_without_a_credential(String path) {
        assertThat(Client.get(path).statusCode()).isIn(401, 404).satisfies(status -> {
            if (!path.contains("%2f")) {
                assertThat(status).isEqualTo(401);
            }
        });
    }

    @Test
    void without_a_list_of_origins_no_page_of_another_one_is_let_in() {
        HttpResponse<String> answer =
                Client.get(DOOR, "Authorization", Tokens.bearer(attacher), "Origin", "https://console.example.com");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().map().keySet()).noneMatch(name -> name.startsWith("access-control-"));
    }

    @Test
    void who_comes_before_what() {
        assertThat(Client.send("PATCH", DOOR, "text/csv", "a,b").statusCode()).isEqualTo(401);
        assertThat(Client.send("POST", DOOR, "application/json", "{").statusCode())
                .isEqualTo(401);
        assertThat(Client.send("POST", DOOR, "text/csv", "a,b").statusCode()).isEqualTo(401);
    }

    @Test
    void a_closed_project_comes_before_what_is_in_it() {
        for (String project : List.of(ELSEWHERE, "no-project-id-at-all", "%20", "..%2f" + PROJECT)) {
            String door = "/v1/" + project + "/door";
            assertThat(Client.getAs(attacher, door).statusCode()).as(project).isEqualTo(403);
            assertThat(post(door, "{").statusCode()).as(project).isEqualTo(403);
            assertThat(Client.getAs(attacher, "/v2/" + project + "/nothing").statusCode())
                    .as(project)
                    .isEqualTo(403);
        }
        assertThat(Client.send("PATCH", "/v1/" + ELSEWHERE + "/door", "text/csv", "", authorization())
                        .statusCode())
                .isEqualTo(403);
    }

    @Test
    void an_open_project_shows_what_is_not_there() {
        assertThat(Client.getAs(attacher, "/v1/" + PROJECT + "/nothing").statusCode())
                .isEqualTo(404);
        assertThat(Client.send("PATCH", DOOR, "text/csv", "", authorization()).statusCode())
                .isEqualTo(405);
        assertThat(post(DOOR, "{").statusCode()).isEqualTo(400);
    }

    @Test
    void a_project_is_the_same_in_upper_case() {
        assertThat(Client.getAs(attacher, "/v1/" + PROJECT.toUpperCase(Locale.ROOT) + "/door")
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void a_stranger_and_a_caller_without_the_action_are_refused() {
        String viewer = sandbox.of("viewer", "viewers");
        assertThat(Client.getAs(sandbox.of("stranger"), DOOR).statusCode()).isEqualTo(403);
        assertThat(Client.getAs(viewer, DOOR).statusCode()).isEqualTo(200);
        HttpResponse<String> refused = Client.send(
                "POST", DOOR, "application/json", "{\"volume_id\":\"d\"}", "Authorization", Tokens.bearer(viewer));

        assertThat(refused.statusCode()).isEqualTo(403);
        assertThat(refused.body()).contains("No grant lets the caller attach here.");
        assertThat(post(DOOR, "{\"volume_id\":\"d\"}").body()).isEqualTo("attachers");
    }

    @Test
    void a_raw_route_is_behind_the_same_gate() {
        assertThat(Client.getAs(attacher, "/v1/" + PROJECT + "/raw-door").body())
                .isEqualTo("sandbox:attacher");
        assertThat(Client.getAs(attacher, "/v1/" + ELSEWHERE + "/raw-door").statusCode())
                .isEqualTo(403);
    }

    @Test
    void a_resource_of_a_project_beside_the_gate_is_closed_to_everybody() {
        assertThat(Client.getAs(attacher, "/ungated/" + PROJECT).statusCode()).isEqualTo(401);
    }

    @Test
    void nothing_else_asks_for_a_credential_or_looks_at_one() {
        assertThat(Client.get("/open-door", "Authorization", "Bearer x", "X-Auth-Token", "y")
                        .body())
                .isEqualTo("open");
    }

    @Test
    void every_answer_names_its_request() {
        for (HttpResponse<String> answer : List.of(
                Client.getAs(attacher, DOOR),
                Client.get(DOOR),
                Client.get("/open-door"),
                Client.get("/nothing"),
                Client.getAs(attacher, "/v1/" + ELSEWHERE),
                Client.send("PATCH", DOOR, "text/csv", "", authorization()))) {
            assertThat(answer.headers().allValues(RequestId.HEADER))
                    .as("status %d", answer.statusCode())
                    .singleElement()
                    .asString()
                    .matches("[0-9a-f]{32}");
        }
    }

    @Test
    void an_oversize_body_is_refused_by_its_announcement_and_only_to_callers() {
        assertThat(Client.announcing(DOOR, 1L << 30, authorization()))
                .startsWith("HTTP/1.1 413 ")
                .containsPattern("(?i)x-request-id: [0-9a-f]{32}");
        assertThat(Client.announcing(DOOR, 1L << 30, "Accept", "*/*")).startsWith("HTTP/1.1 401 ");
        assertThat(Client.announcing(DOOR, RequestLimits.MAX_BODY_BYTES + 1, authorization()))
                .as("less than the server would take")
                .startsWith("HTTP/1.1 413 ");
    }

    @Test
    void the_callers_trace_goes_on() {
        String trace = "4bf92f3577b34da6a3ce929d0e0e4736";
        HttpResponse<String> answer = Client.get(
                DOOR, "traceparent", "00-" + trace + "-00f067aa0ba902b7-01", "Authorization", Tokens.bearer(attacher));

        assertThat(answer.headers().firstValue(RequestId.HEADER)).contains(trace);
        assertThat(answer.body()).isEqualTo("sandbox:attacher " + trace);
    }

    private HttpResponse<String> post(String path, String body) {
        return Client.send("POST", path, "application/json", body, authorization());
    }

    private String[] authorization() {
        return new String[] {"Authorization", Tokens.bearer(attacher)};
    }
}
