package dev.attachgateway.problem;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import dev.attachgateway.testkit.AttachFixture;
import dev.attachgateway.testkit.GatewayClient;
import dev.attachgateway.testkit.HttpAnswer;
import dev.attachgateway.testkit.PostgresForTests;
import dev.attachgateway.testkit.QuickProfile;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import java.net.http.HttpClient;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each malformed request gets a problem with a next step and no internals, and causes no call to the cloud. */
@QuarkusTest
@TestProfile(QuickProfile.class)
@WithTestResource(PostgresForTests.class)
class MalformedRequestsTest {
    private static final String DISK = "1e79eff7-c02b-4dfd-a0d6-f76c90d9b4e0";
    private static final List<String> INTERNALS = List.of(
            "attachgateway",
            "java.",
            "javax",
            "jakarta",
            "io.quarkus",
            "io.vertx",
            "netty",
            "jackson",
            "Exception",
            "resteasy",
            "\\tat ",
            "select ",
            "insert ",
            "postgres",
            "AttachRequest",
            "JsonParse",
            "StackTrace");

    static final List<Arguments> BODIES = List.of(
            argumentSet("empty", ""),
            argumentSet("not JSON", "volume_id=" + DISK),
            argumentSet("truncated", "{\"volume_id\":\"" + DISK),
            argumentSet("truncated before the value", "{\"volume_id\":"),
            argumentSet("a list", "[{\"volume_id\":\"" + DISK + "\"}]"),
            argumentSet("an empty list", "[]"),
            argumentSet("a string", "\"" + DISK + "\""),
            argumentSet("a number", "42"),
            argumentSet("a fraction", "1.5"),
            argumentSet("true", "true"),
            argumentSet("null", "null"),
            argumentSet("an empty object", "{}"),
            argumentSet("null for the disk", "{\"volume_id\":null}"),
            argumentSet("a number for the disk", "{\"volume_id\":5}"),
            argumentSet("a fraction for the disk", "{\"volume_id\":5.5}"),
            argumentSet("true for the disk", "{\"volume_id\":true}"),
            argumentSet("a list for the disk", "{\"volume_id\":[\"" + DISK + "\"]}"),
            argumentSet("an object for the disk", "{\"volume_id\":{\"id\":\"" + DISK + "\"}}"),
            argumentSet("an unknown field", "{\"volume_id\":\"" + DISK + "\",\"device\":\"/dev/sdb\"}"),
            argumentSet("another spelling of the field", "{\"VOLUME_ID\":\"" + DISK + "\"}"),
            argumentSet("a dry run", "{\"volume_id\":\"" + DISK + "\",\"dry_run\":true}"),
            argumentSet("the field twice", "{\"volume_id\":\"" + DISK + "\",\"volume_id\":\"" + DISK + "\"}"),
            argumentSet("nested", "{\"volume\":{\"volume_id\":\"" + DISK + "\"}}"),
            argumentSet("two objects", "{\"volume_id\":\"" + DISK + "\"}{}"),
            argumentSet("trailing characters", "{\"volume_id\":\"" + DISK + "\"} x"),
            argumentSet("a comment", "{/* the disk */\"volume_id\":\"" + DISK + "\"}"),
            argumentSet("single quotes", "{'volume_id':'" + DISK + "'}"),
            argumentSet("a trailing comma", "{\"volume_id\":\"" + DISK + "\",}"),
            argumentSet("a thousand lists deep", "[".repeat(5000)),
            argumentSet("a thousand objects deep", "{\"volume_id\":".repeat(2000)));

    private AttachFixture attachFixture;

    @BeforeEach
    void setUp() {
        attachFixture = AttachFixture.set();
    }

    private HttpAnswer post(String path, byte[] body, String... headers) {
        return attachFixture
                .gateway()
                .send("POST", path, body, attachFixture.gateway().withToken(AttachFixture.CALLER, headers));
    }

    private String path() {
        return GatewayClient.attachPath(GatewayClient.P1, attachFixture.server());
    }

    private void assertProblem(HttpAnswer response, int status, String code) {
        assertThat(response.status()).as(response.body()).isEqualTo(status);
        assertThat(response.code()).isEqualTo(code);
        assertThat(response.json().path("status").asInt()).isEqualTo(status);
        assertThat(response.header("Content-Type")).startsWith("application/problem+json");
        for (var field : List.of("type", "title", "detail", "instance", "error_msg", "next_step")) {
            assertThat(response.text(field)).as(field).isNotBlank();
        }
        assertThat(response.text("request_id")).isEqualTo(response.header("X-Request-Id"));
        assertThat(INTERNALS).noneMatch(name -> response.body().contains(name));
        assertThat(attachFixture.cloud().requests())
                .noneMatch(call -> call.path("server_id").asText().equals(attachFixture.server()));
    }

    @ParameterizedTest
    @FieldSource("BODIES")
    void a_body_other_than_the_expected_json_is_400(String body) {
        var response = post(path(), body.getBytes(UTF_8));
        assertProblem(
                response,
                400,
                response.code().equals("Gateway.InvalidRequest") ? response.code() : "Gateway.MalformedJson");
        assertThat(response.json().at("/errors/0/field").asText()).isNotBlank();
        assertThat(response.json().at("/errors/0/message").asText()).isNotBlank();
    }

    @Test
    void bytes_other_than_utf_8_are_400() {
        assertProblem(
                post(path(), "{\"volume_id\":\"\u00e4\u00ff\"}".getBytes(ISO_8859_1)), 400, "Gateway.MalformedJson");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "1e79eff7",
                "1e79eff7c02b4dfda0d6f76c90d9b4e0",
                "{1e79eff7-c02b-4dfd-a0d6-f76c90d9b4e0}",
                "1e79eff7-c02b-0dfd-a0d6-f76c90d9b4e0",
                "1e79eff7-c02b-6dfd-a0d6-f76c90d9b4e0",
                "1e79eff7-c02b-4dfd-c0d6-f76c90d9b4e0",
                "1e79eff7-c02b-4dfd-70d6-f76c90d9b4e0",
                " 1e79eff7-c02b-4dfd-a0d6-f76c90d9b4e0",
                "1e79eff7-c02b-4dfd-a0d6-f76c90d9b4e0 ",
                "1e79eff7-c02b-4dfd-a0d6-f76c90d9b4e0\\n",
                "1e79eff7-c02b-4dfd-a0d6-f76c90d9b4g0",
                "../../1e79eff7-c02b-4dfd-a0d6-f76c90d9b4e0",
                "\uff11e79eff7-c02b-4dfd-a0d6-f76c90d9b4e0"
            })
    void a_malformed_id_in_body_or_path_is_400(String id) {
        var inBody = post(path(), GatewayClient.body(id).getBytes(UTF_8));
        assertProblem(inBody, 400, "Gateway.InvalidRequest");
        assertThat(inBody.json().at("/errors/0/field").asText()).isEqualTo("volume_id");
        if (id.matches("[0-9a-g-]+")) {
            var inPath = post(
                    GatewayClient.attachPath(GatewayClient.P1, id),
                    GatewayClient.body(DISK).getBytes(UTF_8));
            assertProblem(inPath, 400, "Gateway.InvalidRequest");
            assertThat(inPath.json().at("/errors/0/field").asText()).isEqualTo("id");
        }
    }

    @Test
    void all_violations_are_reported_in_one_response() {
        var response = attachFixture
                .gateway()
                .send(
                        "POST",
                        GatewayClient.attachPath("bad_project", "bad") + "?force=1",
                        GatewayClient.body("bad"),
                        attachFixture.gateway().withToken("operator"));
        assertProblem(response, 400, "Gateway.InvalidRequest");
        assertThat(response.json().path("errors").findValuesAsText("field"))
                .containsExactly("project_id", "id", "volume_id", "force");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "text/plain",
                "application/xml",
                "application/x-www-form-urlencoded",
                "multipart/form-data; boundary=x",
                "application/octet-stream"
            })
    void a_body_of_another_media_type_is_415(String type) {
        assertProblem(
                post(path(), GatewayClient.body(DISK).getBytes(UTF_8), "Content-Type", type),
                415,
                "Gateway.UnsupportedMediaType");
    }

    @ParameterizedTest
    @ValueSource(strings = {"text/html", "application/xml", "text/event-stream", "image/*"})
    void an_unsupported_accept_header_is_406(String type) {
        assertProblem(
                post(path(), GatewayClient.body(DISK).getBytes(UTF_8), "Accept", type), 406, "Gateway.NotAcceptable");
    }

    @ParameterizedTest
    @CsvSource({"GET, POST", "PUT, POST", "PATCH, POST", "DELETE, POST"})
    void an_unsupported_method_is_405_with_the_header_allow(String method, String allowed) {
        var response = attachFixture
                .gateway()
                .send(method, path(), "", attachFixture.gateway().withToken(AttachFixture.CALLER));
        assertProblem(response, 405, "Gateway.MethodNotAllowed");
        assertThat(response.header("Allow")).contains(allowed);
        var operation = GatewayClient.operationPath(GatewayClient.P1, attachFixture.server(), DISK);
        if (!method.equals("GET")) {
            var onOperation = attachFixture
                    .gateway()
                    .send(method, operation, "", attachFixture.gateway().withToken(AttachFixture.CALLER));
            assertProblem(onOperation, 405, "Gateway.MethodNotAllowed");
            assertThat(onOperation.header("Allow")).contains("GET");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/now", "x", ";/x", "//x", "/../../../nothing"})
    void a_path_with_a_suffix_is_404(String suffix) {
        assertProblem(post(path() + suffix, GatewayClient.body(DISK).getBytes(UTF_8)), 404, "Gateway.NoSuchPath");
    }

    @Test
    void a_body_above_the_size_limit_is_413() {
        var huge = "{\"volume_id\":\"" + "a".repeat(70_000) + "\"}";
        assertProblem(post(path(), huge.getBytes(UTF_8)), 413, "Gateway.BodyTooLarge");
    }

    @ParameterizedTest
    @EnumSource(HttpClient.Version.class)
    void a_body_without_content_length_has_the_same_limit(HttpClient.Version version) {
        var token = attachFixture.gateway().withToken(AttachFixture.CALLER);
        for (var size : new int[] {66_000, 90_000, 3_000_000}) {
            var huge = "{\"volume_id\":\"" + "a".repeat(size) + "\"}";
            assertProblem(
                    attachFixture.gateway().sendUnannounced(version, path(), huge, token), 413, "Gateway.BodyTooLarge");
        }
        var withinLimit = attachFixture
                .gateway()
                .sendUnannounced(version, path(), GatewayClient.body(attachFixture.disk()), token);
        assertThat(withinLimit.status()).isEqualTo(200);
        assertThat(attachFixture.sends()).isEqualTo(1);
    }

    @Test
    void a_uri_above_the_length_limit_is_414() {
        assertProblem(
                post(
                        path() + "?x=" + "a".repeat(9_000),
                        GatewayClient.body(DISK).getBytes(UTF_8)),
                414,
                "Gateway.AddressTooLong");
    }

    @Test
    void headers_above_the_size_limit_are_431() {
        var headers = IntStream.range(0, 20)
                .boxed()
                .flatMap(i -> Stream.of("X-Long-" + i, "a".repeat(6_000)))
                .toArray(String[]::new);
        assertProblem(post(path(), GatewayClient.body(DISK).getBytes(UTF_8), headers), 431, "Gateway.HeadersTooLarge");
    }
}
