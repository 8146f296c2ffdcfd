package dev.attachgateway.testkit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The OpenAPI document as a contract: a response that it does not document is a failure. */
final class ApiContract {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final JsonSchemaFactory SCHEMAS = JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012);
    private static final Pattern REQUEST_ID = Pattern.compile("[0-9a-f]{32}");
    private static final String EVENTS = "text/event-stream";

    private final JsonNode document;
    private final Map<String, Pattern> paths;
    private final Map<String, com.networknt.schema.JsonSchema> compiled = new ConcurrentHashMap<>();

    ApiContract(String text) {
        try {
            document = JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new AssertionError("/openapi is not JSON", e);
        }
        // Rejects undocumented properties, unless the document itself sets additionalProperties.
        document.at("/components/schemas").forEach(schema -> {
            if (schema.has("properties") && !schema.has("additionalProperties")) {
                ((ObjectNode) schema).put("additionalProperties", false);
            }
        });
        paths = document.path("paths").properties().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, path -> template(path.getKey())));
    }

    private static Pattern template(String path) {
        return Pattern.compile(path.replaceAll("\\{[^/]+}", "[^/]+"));
    }

    /** Whether the path belongs to the API, documented or not. */
    static boolean covers(String path) {
        return path.startsWith("/v1") || path.startsWith("/v2") || path.startsWith("/operator");
    }

    /** Fails unless the document allows this response to this request. */
    void check(String method, String path, HttpAnswer response) {
        var context = method + " " + path + " -> " + response.status() + ": ";
        var ids = response.headers().allValues("X-Request-Id");
        if (ids.size() != 1 || !REQUEST_ID.matcher(ids.getFirst()).matches()) {
            throw new AssertionError(context + "X-Request-Id is " + ids);
        }
        rejectImmediateRetry(context, response);
        Secrets.refuse(context, response.headers().map() + "\n" + response.body());
        if (path.split("\\?", 2)[0].endsWith("/tickets") && response.status() == 201) {
            Secrets.use(response.text("ticket"));
        }
        var documented = documented(method, path);
        if (documented.isEmpty()) {
            checkProblem(context, response);
            return;
        }
        var documentedResponse = documented.get().path(Integer.toString(response.status()));
        if (documentedResponse.isMissingNode()) {
            throw new AssertionError(context + "the status is not documented; body " + response.body());
        }
        checkHeaders(context, documentedResponse.path("headers"), response);
        checkBody(context, documentedResponse.path("content"), response);
    }

    /** Fails unless the event's data is an operation, or a CloudEvent whose data is an operation. */
    void checkEvent(String data) {
        Secrets.refuse("event: ", data);
        var content = new HttpAnswer(200, java.net.http.HttpHeaders.of(Map.of(), (_, _) -> true), data).json();
        validate(
                "event",
                named("Operation"),
                content.has("specversion") ? content.path("data").toString() : data);
    }

    private Optional<JsonNode> documented(String method, String requestPath) {
        var plainPath = requestPath.split("\\?", 2)[0];
        return paths.entrySet().stream()
                .filter(path -> path.getValue().matcher(plainPath).matches())
                // Of several matching paths, the more concrete one (OpenAPI, "Path Templating Matching").
                .sorted(Comparator.comparingInt(path -> path.getKey().split("\\{", -1).length))
                .map(path -> document.path("paths").path(path.getKey()).path(method.toLowerCase(java.util.Locale.ROOT)))
                .filter(operation -> !operation.isMissingNode())
                .map(operation -> operation.path("responses"))
                .findFirst();
    }

    /** SDK clients immediately retry a POST on 408 and on 503 with {@code Retry-After: 0}. */
    private static void rejectImmediateRetry(String context, HttpAnswer response) {
        var retryAfter = response.header("Retry-After");
        if (response.status() == 408 || (!retryAfter.isEmpty() && !retryAfter.matches("[1-9][0-9]*"))) {
            throw new AssertionError(context + "clients would retry immediately; Retry-After is '" + retryAfter + "'");
        }
        if (response.status() == 503 && retryAfter.isEmpty()) {
            throw new AssertionError(context + "no Retry-After");
        }
    }

    /** An undocumented request must fail with a problem. */
    private void checkProblem(String context, HttpAnswer response) {
        if (response.status() < 400) {
            throw new AssertionError(context + "the request is not documented but succeeds");
        }
        // Signed requests, as of the cloud's SDK, get problems as application/json.
        requireType(
                context,
                response.header("Content-Type").equals("application/json")
                        ? "application/json"
                        : "application/problem+json",
                response);
        validate(context, named("Problem"), response.body());
    }

    private void checkHeaders(String context, JsonNode headers, HttpAnswer response) {
        headers.properties().forEach(header -> {
            var value = response.headers().firstValue(header.getKey());
            var rule = resolved(header.getValue());
            if (value.isEmpty()
                    && rule.has("required")
                    && !rule.path("required").asBoolean()) {
                return;
            }
            if (value.isEmpty()) {
                throw new AssertionError(context + "the documented header " + header.getKey() + " is missing");
            }
            var schema = rule.path("schema");
            var text = schema.path("type").asText().equals("integer") ? value.get() : quoted(value.get());
            validate(context + header.getKey() + " ", schema, text);
        });
    }

    private void checkBody(String context, JsonNode content, HttpAnswer response) {
        if (content.isEmpty()) {
            if (!response.body().isEmpty()) {
                throw new AssertionError(context + "a body where none is documented: " + response.body());
            }
            return;
        }
        var type = response.header("Content-Type").split(";", 2)[0].strip();
        var media = content.path(type);
        if (media.isMissingNode()) {
            throw new AssertionError(context + "the type '" + type + "' is not documented");
        }
        if (!type.equals(EVENTS)) {
            validate(context, media.path("schema"), response.body());
        }
    }

    private static void requireType(String context, String wanted, HttpAnswer response) {
        if (!response.header("Content-Type").split(";", 2)[0].strip().equals(wanted)) {
            throw new AssertionError(context + "Content-Type is " + response.header("Content-Type"));
        }
    }

    private static JsonNode named(String schema) {
        return JSON.createObjectNode().put("$ref", "#/components/schemas/" + schema);
    }

    private JsonNode resolved(JsonNode node) {
        var ref = node.path("$ref").textValue();
        return ref == null ? node : document.at(ref.substring(1));
    }

    private void validate(String context, JsonNode schema, @Nullable String text) {
        var rules = compiled.computeIfAbsent(schema.toString(), _ -> {
            var completeSchema = (ObjectNode) schema.deepCopy();
            completeSchema.set("components", document.path("components"));
            return SCHEMAS.getSchema(completeSchema);
        });
        try {
            var found = rules.validate(
                    JSON.readTree(text),
                    execution -> execution.getExecutionConfig().setFormatAssertionsEnabled(true));
            if (!found.isEmpty()) {
                throw new AssertionError(context + messages(found) + "; body " + text);
            }
        } catch (JsonProcessingException e) {
            throw new AssertionError(context + "not JSON: " + text, e);
        }
    }

    private static List<String> messages(java.util.Set<ValidationMessage> found) {
        return found.stream().map(ValidationMessage::getMessage).toList();
    }

    private static String quoted(String text) {
        return JSON.getNodeFactory().textNode(text).toString();
    }
}
