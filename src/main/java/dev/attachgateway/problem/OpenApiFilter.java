package dev.attachgateway.problem;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toList;

import dev.attachgateway.access.session.SessionCookieAuthentication;
import dev.attachgateway.disk.CloudIds;
import dev.attachgateway.problem.type.ProblemType;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.OASFilter;
import org.eclipse.microprofile.openapi.models.OpenAPI;
import org.eclipse.microprofile.openapi.models.Operation;
import org.eclipse.microprofile.openapi.models.media.Content;
import org.eclipse.microprofile.openapi.models.media.Schema;
import org.eclipse.microprofile.openapi.models.parameters.Parameter;
import org.eclipse.microprofile.openapi.models.security.SecurityScheme;

/** Adds to the OpenAPI document the parts common to all operations: ids, credentials, and every problem with its code. */
public class OpenApiFilter implements OASFilter {
    private static final String REPLAYED_HEADER = "Idempotency-Replayed";
    private static final Set<String> IDEMPOTENCY_KEY_OPERATIONS = Set.of("attachVolume", "detachVolume");

    @Override
    public void filterOpenAPI(OpenAPI api) {
        api.info(OASFactory.createInfo()
                .title("Attach Gateway")
                .version("v1")
                .description(
                        "Attaches EVS disks to ModelArts Lite Servers and detaches them, through the cloud's own paths, and"
                                + " streams every change."));
        var components = api.getComponents() == null ? OASFactory.createComponents() : api.getComponents();
        components
                .addParameter(
                        "project_id",
                        pathParameter(
                                "project_id",
                                "The project.",
                                CloudIds.PROJECT_ID_REGEX,
                                "0123456789abcdef0123456789abcdef"))
                .addParameter(
                        "id",
                        pathParameter(
                                "id",
                                "The Lite Server.",
                                CloudIds.UUID_ANY_CASE_REGEX,
                                "3f0c9a52-6d1e-4b7a-9c84-2a5e7d10b6f3"))
                .addParameter(
                        "operation_id",
                        pathParameter(
                                "operation_id",
                                "The operation.",
                                CloudIds.UUID_ANY_CASE_REGEX,
                                "b894b879-a3c0-49ee-b5cb-92202b2794e2"))
                .addParameter(
                        "volume_id",
                        pathParameter(
                                "volume_id",
                                "The EVS disk.",
                                CloudIds.UUID_ANY_CASE_REGEX,
                                "1e79eff7-c02b-4dfd-a0d6-f76c90d9b4e0"))
                .addParameter(
                        "paused_project",
                        pathParameter(
                                "project_id",
                                "The project, or * for all.",
                                "^(\\*|[a-zA-Z0-9-]{1,64})$",
                                "0123456789abcdef0123456789abcdef"))
                .addParameter(
                        "in_project",
                        OASFactory.createParameter()
                                .name("project_id")
                                .in(Parameter.In.QUERY)
                                .description("The project; all projects if absent.")
                                .schema(stringSchema().pattern("^(\\*|[a-zA-Z0-9-]{1,64})$")))
                .addParameter(
                        "idempotency_key",
                        idempotencyKeyParameter(
                                "Idempotency-Key",
                                "Identifies the request, so that a retry returns the result of the first request. In quotes"
                                        + " (RFC 8941, String) or bare.",
                                "\"8e03978e-40d5-43e8-bc93-6894a57f9324\""))
                .addParameter(
                        "x_client_token",
                        idempotencyKeyParameter(
                                "X-Client-Token",
                                "Idempotency-Key under the cloud's name.",
                                "8e03978e-40d5-43e8-bc93-6894a57f9324"))
                .addHeader(
                        REPLAYED_HEADER,
                        OASFactory.createHeader()
                                .required(false)
                                .description(
                                        "true if the response repeats the result of an earlier request with the same key.")
                                .schema(stringSchema().addEnumeration("true")))
                .addSecurityScheme(
                        "bearer",
                        OASFactory.createSecurityScheme()
                                .type(SecurityScheme.Type.HTTP)
                                .scheme("bearer")
                                .bearerFormat("JWT"))
                .addSecurityScheme(
                        "x-auth-token",
                        OASFactory.createSecurityScheme()
                                .type(SecurityScheme.Type.APIKEY)
                                .in(SecurityScheme.In.HEADER)
                                .name("X-Auth-Token"))
                .addSecurityScheme(
                        "session",
                        OASFactory.createSecurityScheme()
                                .type(SecurityScheme.Type.APIKEY)
                                .in(SecurityScheme.In.COOKIE)
                                .name(SessionCookieAuthentication.COOKIE_NAME)
                                .description(
                                        "The session of a browser that logged in at /session/login. Requests that change"
                                                + " state also need X-Requested-With."))
                .addSecurityScheme(
                        "signature",
                        OASFactory.createSecurityScheme()
                                .type(SecurityScheme.Type.HTTP)
                                .scheme("SDK-HMAC-SHA256")
                                .description(
                                        "A signature made with an access key of this gateway, as the cloud's SDK makes it."));
        OpenApiParameters.addComponents(components);
        OpenApiHeaders.addComponents(components);
        api.components(components);
        api.security(List.of(
                OASFactory.createSecurityRequirement().addScheme("bearer"),
                OASFactory.createSecurityRequirement().addScheme("x-auth-token"),
                OASFactory.createSecurityRequirement().addScheme("signature"),
                OASFactory.createSecurityRequirement().addScheme("session")));
        api.getPaths()
                .getPathItems()
                .values()
                .forEach(item -> item.getOperations().values().forEach(OpenApiFilter::completeOperation));
    }

    private static void completeOperation(Operation operation) {
        var takesIdempotencyKey = IDEMPOTENCY_KEY_OPERATIONS.contains(operation.getOperationId());
        var byStatus = Arrays.stream(ProblemType.values())
                .filter(problemType -> problemType.affectedOperations().covers(operation.getOperationId()))
                .collect(groupingBy(ProblemType::status, TreeMap::new, toList()));
        byStatus.forEach((status, problemTypes) -> operation
                .getResponses()
                .addAPIResponse(
                        status.toString(),
                        OASFactory.createAPIResponse()
                                .description(describeProblems(problemTypes))
                                .content(problemContent(problemTypes.getFirst()))));
        operation.getResponses().getAPIResponses().values().forEach(OpenApiHeaders::addReferences);
        if (takesIdempotencyKey) {
            addIdempotencyKey(operation);
        }
    }

    private static void addIdempotencyKey(Operation operation) {
        operation
                .addParameter(OASFactory.createParameter().ref("idempotency_key"))
                .addParameter(OASFactory.createParameter().ref("x_client_token"));
        operation
                .getResponses()
                .getAPIResponses()
                .values()
                .forEach(response -> response.addHeader(
                        REPLAYED_HEADER, OASFactory.createHeader().ref("#/components/headers/" + REPLAYED_HEADER)));
    }

    private static String describeProblems(List<ProblemType> problemTypes) {
        return problemTypes.stream()
                .map(problemType ->
                        "`" + problemType.code() + "` " + problemType.title() + " " + problemType.nextStep())
                .collect(joining("\n\n"));
    }

    private static Content problemContent(ProblemType example) {
        var body = OASFactory.createMediaType()
                .schema(OASFactory.createSchema().ref("#/components/schemas/Problem"))
                .example(Map.of(
                        "type", example.type(),
                        "title", example.title(),
                        "status", example.status(),
                        "detail", example.title(),
                        "instance", "/v1/0123456789abcdef0123456789abcdef",
                        "error_code", example.code(),
                        "error_msg", example.title(),
                        "next_step", example.nextStep(),
                        "request_id", "2a2f43acca266ca6f2372415f7b5a8ab"));
        return OASFactory.createContent()
                .addMediaType(Problem.MEDIA_TYPE, body)
                .addMediaType(Problem.SDK_MEDIA_TYPE, body);
    }

    private static Parameter pathParameter(String name, String description, String pattern, String example) {
        return OASFactory.createParameter()
                .name(name)
                .in(Parameter.In.PATH)
                .required(true)
                .description(description)
                .schema(stringSchema().pattern(pattern))
                .example(example);
    }

    private static Parameter idempotencyKeyParameter(String name, String description, String example) {
        return OASFactory.createParameter()
                .name(name)
                .in(Parameter.In.HEADER)
                .description(description)
                // 512: up to 255 characters, each of which may be escaped, and two quotes.
                .schema(stringSchema().pattern("^[ -~]+$").minLength(1).maxLength(512))
                .example(example);
    }

    private static Schema stringSchema() {
        return OASFactory.createSchema().addType(Schema.SchemaType.STRING);
    }
}
