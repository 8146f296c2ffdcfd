package dev.attachgateway.problem;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import dev.attachgateway.problem.type.ProblemType;
import dev.attachgateway.testkit.GatewayClient;
import dev.attachgateway.testkit.PostgresForTests;
import dev.attachgateway.testkit.QuickProfile;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the document at {@code /openapi} promises to those who write clients. */
@QuarkusTest
@TestProfile(QuickProfile.class)
@WithTestResource(PostgresForTests.class)
class ApiDocumentTest {
    private static final String ATTACH = "/v1/{project_id}/dev-servers/{id}/attachvolume";
    private static final String OPERATION = "/v1/{project_id}/dev-servers/{id}/operation/{operation_id}";

    private final JsonNode document = GatewayClient.underTest().document().json();

    @ParameterizedTest
    @EnumSource
    void every_way_to_fail_is_documented_where_it_can_happen(ProblemType problemType) {
        assertThat(calls()).anySatisfy(call -> assertDocumented(call, problemType));
        calls().filter(call ->
                        problemType.where().covers(call.path("operationId").asText()))
                .forEach(call -> assertDocumented(call, problemType));
    }

    private Stream<JsonNode> calls() {
        return document.path("paths").properties().stream()
                .flatMap(path -> path.getValue().properties().stream())
                .map(Map.Entry::getValue)
                .filter(call -> call.has("operationId"));
    }

    private static void assertDocumented(JsonNode call, ProblemType problemType) {
        assertThat(call.path("responses")
                        .path(Integer.toString(problemType.status()))
                        .path("description")
                        .asText())
                .contains("`" + problemType.code() + "`", problemType.title(), problemType.nextStep());
    }

    @Test
    void every_code_is_of_one_complaint_and_has_the_clouds_length() {
        var codes = Arrays.stream(ProblemType.values()).map(ProblemType::code).toList();
        assertThat(codes).doesNotHaveDuplicates().allMatch(code -> code.matches("Gateway\\.[A-Za-z]{1,28}"));
    }

    @Test
    void no_status_makes_clients_send_again() {
        assertThat(Arrays.stream(ProblemType.values()).map(ProblemType::status)).doesNotContain(408);
    }

    @Test
    void its_calls_are_those_of_the_cloud() {
        assertThat(document.path("paths").properties().stream()
                        .flatMap(path -> path.getValue().properties().stream()
                                .map(method -> method.getKey() + " " + path.getKey()))
                        .collect(Collectors.toSet()))
                .contains("post " + ATTACH, "get " + OPERATION)
                .contains(
                        "post " + OPERATION + "/cancel",
                        "post " + OPERATION + "/release",
                        "post " + OPERATION + "/settle",
                        "get /v1/{project_id}/dev-servers",
                        "get /v1/{project_id}/dev-servers/{id}",
                        "get /v2/{project_id}/cloudvolumes/detail",
                        "get /v2/{project_id}/cloudvolumes/{volume_id}",
                        "get /operator/operations",
                        "get /operator/pauses",
                        "put /operator/pauses/{project_id}",
                        "delete /operator/pauses/{project_id}",
                        "get /operator/guards",
                        "put /operator/guards/{service}");
    }

    @Test
    void every_answer_names_its_request() {
        for (var call : calls().toList()) {
            call.path("responses")
                    .forEach(response -> assertThat(
                                    response.at("/headers/X-Request-Id").isMissingNode())
                            .isFalse());
        }
    }

    /** A client's author copies the examples first. */
    @Test
    void every_example_is_valid_by_its_own_schema() {
        document.at("/components/schemas")
                .forEach(schema -> schema.path("properties")
                        .forEach(property ->
                                property.path("examples").forEach(example -> assertValid(property, example))));
        for (var call : calls().toList()) {
            call.path("responses").forEach(response -> {
                var media = response.path("content").path("application/problem+json");
                if (!media.isMissingNode()) {
                    assertValid(media.path("schema"), media.path("example"));
                }
            });
        }
    }

    private void assertValid(JsonNode schema, JsonNode example) {
        var whole = (ObjectNode) new ObjectMapper().createObjectNode().setAll((ObjectNode) schema.deepCopy());
        whole.set("components", document.path("components"));
        assertThat(JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
                        .getSchema(whole)
                        .validate(example))
                .as("%s", example)
                .isEmpty();
    }
}
