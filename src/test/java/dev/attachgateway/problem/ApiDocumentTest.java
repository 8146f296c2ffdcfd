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

/** The OpenAPI document at {@code /openapi} is complete and consistent for authors of clients. */
@QuarkusTest
@TestProfile(QuickProfile.class)
@WithTestResource(PostgresForTests.class)
class ApiDocumentTest {
    private static final String ATTACH = "/v1/{project_id}/dev-servers/{id}/attachvolume";
    private static final String OPERATION = "/v1/{project_id}/dev-servers/{id}/operation/{operation_id}";

    private final JsonNode document = GatewayClient.underTest().document().json();

    @ParameterizedTest
    @EnumSource
    void each_problem_type_is_documented_at_the_operations_it_affects(ProblemType problemType) {
        assertThat(operations()).anySatisfy(operation -> assertDocumented(operation, problemType));
        operations()
                .filter(operation -> problemType
                        .affectedOperations()
                        .covers(operation.path("operationId").asText()))
                .forEach(operation -> assertDocumented(operation, problemType));
    }

    private Stream<JsonNode> operations() {
        return document.path("paths").properties().stream()
                .flatMap(path -> path.getValue().properties().stream())
                .map(Map.Entry::getValue)
                .filter(operation -> operation.has("operationId"));
    }

    private static void assertDocumented(JsonNode operation, ProblemType problemType) {
        assertThat(operation
                        .path("responses")
                        .path(Integer.toString(problemType.status()))
                        .path("description")
                        .asText())
                .contains("`" + problemType.code() + "`", problemType.title(), problemType.nextStep());
    }

    @Test
    void error_codes_are_unique_and_fit_the_clouds_length() {
        var codes = Arrays.stream(ProblemType.values()).map(ProblemType::code).toList();
        assertThat(codes).doesNotHaveDuplicates().allMatch(code -> code.matches("Gateway\\.[A-Za-z]{1,28}"));
    }

    @Test
    void no_problem_has_status_408_which_clients_retry() {
        assertThat(Arrays.stream(ProblemType.values()).map(ProblemType::status)).doesNotContain(408);
    }

    @Test
    void the_paths_are_those_of_the_cloud_and_of_the_operator_api() {
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
    void each_response_documents_the_header_x_request_id() {
        for (var operation : operations().toList()) {
            operation
                    .path("responses")
                    .forEach(response -> assertThat(
                                    response.at("/headers/X-Request-Id").isMissingNode())
                            .isFalse());
        }
    }

    /** Authors of clients copy the examples. */
    @Test
    void each_example_is_valid_against_its_schema() {
        document.at("/components/schemas")
                .forEach(schema -> schema.path("properties")
                        .forEach(property ->
                                property.path("examples").forEach(example -> assertValid(property, example))));
        for (var operation : operations().toList()) {
            operation.path("responses").forEach(response -> {
                var media = response.path("content").path("application/problem+json");
                if (!media.isMissingNode()) {
                    assertValid(media.path("schema"), media.path("example"));
                }
            });
        }
    }

    private void assertValid(JsonNode schema, JsonNode example) {
        var schemaWithComponents =
                (ObjectNode) new ObjectMapper().createObjectNode().setAll((ObjectNode) schema.deepCopy());
        schemaWithComponents.set("components", document.path("components"));
        assertThat(JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
                        .getSchema(schemaWithComponents)
                        .validate(example))
                .as("%s", example)
                .isEmpty();
    }
}
