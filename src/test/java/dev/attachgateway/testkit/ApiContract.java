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

/** The document at {@code /openapi}, taken at its word: what it does not name must not be answered. */
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
        // A property that is not documented is a breach, and this is how JSON Schema says so, unless the document says
        // else.
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

    /** Whether the path is one of the API's, documented or not. */
    static boolean covers(String path) {
        return path.startsWith("/v1") || path.startsWith("/v2") || path.startsWith("/operator");
    }

    /** Fails unless the document allows this answer to this request. */
    void check(String method, String path, HttpAnswer answer) {
        var place = method + " " + path + " -> " + answer.status() + ": ";
        var ids = answer.headers().allValues("X-Request-Id");
        if (ids.size() != 1 || !REQUEST_ID.matcher(ids.getFirst()).matches()) {
            throw new AssertionError(place + "X-Request-Id is " + ids);
        }
        refuseWhatClientsSendAgain(place, answer);
        Secrets.refuse(place, answer.headers().map() + "\n" + answer.body());
        if (path.split("\\?", 2)[0].endsWith("/tickets") && answer.status() == 201) {
            Secrets.use(answer.text("ticket"));
        }
        var documented = documented(method, path);
        if (documented.isEmpty()) {
            problemOnly(place, answer);
            return;
        }
        var response = documented.get().path(Integer.toString(answer.status()));
        if (response.isMissingNode()) {
            throw new AssertionError(place + "the status is not documented; body " + answer.body());
        }
        headers(place, response.path("headers"), answer);
        body(place, response.path("content"), answer);
    }

    /** An event's data is the operation's JSON, or that of a CloudEvent is. */
    void checkEvent(String data) {
        Secrets.refuse("event: ", data);
        var content = new HttpAnswer(200, java.net.http.HttpHeaders.of(Map.of(), (name, value) -> true), data).json();
        validate(
                "event",
                named("Operation"),
                content.has("specversion") ? content.path("data").toString() : data);
    }

    private Optional<JsonNode> documented(String method, String path) {
        var plain = path.split("\\?", 2)[0];
        return paths.entrySet().stream()
                .filter(each -> each.getValue().matcher(plain).matches())
                // Where several fit, the one that spells out more of the path (OpenAPI, "Path Templating Matching").
                .sorted(Comparator.comparingInt(each -> each.getKey().split("\\{", -1).length))
                .map(each -> document.path("paths").path(each.getKey()).path(method.toLowerCase(java.util.Locale.ROOT)))
                .filter(operation -> !operation.isMissingNode())
                .map(operation -> operation.path("responses"))
                .findFirst();
    }

    /** SDK clients send a POST again on 408 and on 503 with {@code Retry-After: 0}. */
    private static void refuseWhatClientsSendAgain(String place, HttpAnswer answer) {
        var wait = answer.header("Retry-After");
        if (answer.status() == 408 || (!wait.isEmpty() && !wait.matches("[1-9][0-9]*"))) {
            throw new AssertionError(place + "clients would send it again; Retry-After is '" + wait + "'");
        }
        if (answer.status() == 503 && wait.isEmpty()) {
            throw new AssertionError(place + "no Retry-After");
        }
    }

    /** Where the document names no such call there can be nothing but a problem. */
    private void problemOnly(String place, HttpAnswer answer) {
        if (answer.status() < 400) {
            throw new AssertionError(place + "the call is not documented, and it succeeds");
        }
        // The cloud's SDK, which signs, is told of a problem as of any JSON.
        requireType(
                place,
                answer.header("Content-Type").equals("application/json")
                        ? "application/json"
                        : "application/problem+json",
                answer);
        validate(place, named("Problem"), answer.body());
    }

    private void headers(String place, JsonNode headers, HttpAnswer answer) {
        headers.properties().forEach(header -> {
            var value = answer.headers().firstValue(header.getKey());
            var rule = resolved(header.getValue());
            if (value.isEmpty()
                    && rule.has("required")
                    && !rule.path("required").asBoolean()) {
                return;
            }
            if (value.isEmpty()) {
                throw new AssertionError(place + "the documented header " + header.getKey() + " is missing");
            }
            var schema = rule.path("schema");
            var text = schema.path("type").asText().equals("integer") ? value.get() : quoted(value.get());
            validate(place + header.getKey() + " ", schema, text);
        });
    }

    private void body(String place, JsonNode content, HttpAnswer answer) {
        if (content.isEmpty()) {
            if (!answer.body().isEmpty()) {
                throw new AssertionError(place + "a body where none is documented: " + answer.body());
            }
            return;
        }
        var type = answer.header("Content-Type").split(";", 2)[0].strip();
        var media = content.path(type);
        if (media.isMissingNode()) {
            throw new AssertionError(place + "the type '" + type + "' is not documented");
        }
        if (!type.equals(EVENTS)) {
            validate(place, media.path("schema"), answer.body());
        }
    }

    private static void requireType(String place, String wanted, HttpAnswer answer) {
        if (!answer.header("Content-Type").split(";", 2)[0].strip().equals(wanted)) {
            throw new AssertionError(place + "Content-Type is " + answer.header("Content-Type"));
        }
    }

    private static JsonNode named(String schema) {
        return JSON.createObjectNode().put("$ref", "#/components/schemas/" + schema);
    }

    private JsonNode resolved(JsonNode node) {
        var ref = node.path("$ref").textValue();
        return ref == null ? node : document.at(ref.substring(1));
    }

    private void validate(String place, JsonNode schema, @Nullable String text) {
        var rules = compiled.computeIfAbsent(schema.toString(), any -> {
            var whole = (ObjectNode) schema.deepCopy();
            whole.set("components", document.path("components"));
            return SCHEMAS.getSchema(whole);
        });
        try {
            var found = rules.validate(
                    JSON.readTree(text),
                    execution -> execution.getExecutionConfig().setFormatAssertionsEnabled(true));
            if (!found.isEmpty()) {
                throw new AssertionError(place + messages(found) + "; body " + text);
            }
        } catch (JsonProcessingException e) {
            throw new AssertionError(place + "not JSON: " + text, e);
        }
    }

    private static List<String> messages(java.util.Set<ValidationMessage> found) {
        return found.stream().map(ValidationMessage::getMessage).toList();
    }

    private static String quoted(String text) {
        return JSON.getNodeFactory().textNode(text).toString();
    }
}
