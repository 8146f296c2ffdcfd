package dev.attachgateway.access;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.StringJoiner;
import java.util.stream.Stream;

/** Every call of the API's document, with an address at which it can be tried. */
final class DocumentedCalls {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Set<String> METHODS = Set.of("GET", "POST", "PUT", "PATCH", "DELETE");

    private final JsonNode document;

    DocumentedCalls() {
        try {
            document = JSON.readTree(
                    Client.get("/openapi", "Accept", "application/json").body());
        } catch (JsonProcessingException e) {
            throw new AssertionError("/openapi is not JSON", e);
        }
    }

    /**
     * One call.
     *
     * @param path as the document has it
     * @param address the same with the examples of what it has to name
     * @param body with the examples of its fields; empty where it takes none
     */
    record Call(String operationId, String method, String path, String address, String body) {
        HttpResponse<String> send(String... headers) {
            return method.equals("GET")
                    ? Client.get(address, headers)
                    : Client.send(method, address, "application/json", body, headers);
        }

        boolean isRead() {
            return method.equals("GET");
        }

        boolean isOfProject() {
            return path.contains("{project_id}");
        }

        @Override
        public String toString() {
            return method + " " + path;
        }
    }

    List<Call> all() {
        var calls = new ArrayList<Call>();
        document.path("paths")
                .properties()
                .forEach(path -> path.getValue().properties().stream()
                        .filter(method -> METHODS.contains(method.getKey().toUpperCase(Locale.ROOT)))
                        .forEach(method -> calls.add(new Call(
                                method.getValue().path("operationId").asText(),
                                method.getKey().toUpperCase(Locale.ROOT),
                                path.getKey(),
                                address(path.getKey(), path.getValue(), method.getValue()),
                                body(method.getValue())))));
        return calls;
    }

    /** The methods that no path of the document has, each at that path. */
    List<Call> wrongMethods() {
        var calls = all();
        return calls.stream()
                .flatMap(call -> METHODS.stream()
                        .filter(method -> calls.stream()
                                .noneMatch(other -> other.path().equals(call.path())
                                        && other.method().equals(method)))
                        .map(method -> new Call("", method, call.path(), call.address(), "")))
                .distinct()
                .toList();
    }

    private String address(String path, JsonNode item, JsonNode operation) {
        var address = path;
        var query = new StringJoiner("&", "?", "").setEmptyValue("");
        for (var parameter : (Iterable<JsonNode>) Stream.concat(
                        item.path("parameters").valueStream(),
                        operation.path("parameters").valueStream())
                .map(this::resolved)
                .filter(each -> each.path("required").asBoolean())::iterator) {
            var name = parameter.path("name").asText();
            var example = example(parameter, resolved(parameter.path("schema")));
            if (parameter.path("in").asText().equals("path")) {
                address = address.replace("{" + name + "}", example);
            } else if (parameter.path("in").asText().equals("query")) {
                query.add(name + "=" + example);
            }
        }
        return address + query;
    }

    private String body(JsonNode operation) {
        var schema = resolved(operation
                .path("requestBody")
                .path("content")
                .path("application/json")
                .path("schema"));
        if (schema.isMissingNode()) {
            return "";
        }
        var body = JSON.createObjectNode();
        schema.path("required")
                .valueStream()
                .map(JsonNode::asText)
                .forEach(
                        name -> body.put(name, example(schema.path("properties").path(name))));
        return body.toString();
    }

    /** The first example there is; whoever writes a client looks for one as well. */
    private String example(JsonNode... places) {
        return Stream.of(places)
                .map(this::resolved)
                .flatMap(place -> Stream.of(
                        place.path("example"),
                        place.path("examples").path(0),
                        place.path("enum").path(0)))
                .filter(JsonNode::isTextual)
                .findFirst()
                .orElseThrow(() -> new AssertionError("no example in " + List.of(places)))
                .asText();
    }

    private JsonNode resolved(JsonNode node) {
        var ref = node.path("$ref").textValue();
        return ref == null ? node : document.at(ref.substring(1));
    }
}
