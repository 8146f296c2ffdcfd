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

/** Every call of the OpenAPI document, with an example URL. */
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
     * @param path as in the document
     * @param url the path with the examples of its required parameters
     * @param body with the examples of its required fields; empty where there is no body
     */
    record Call(String operationId, String method, String path, String url, String body) {
        HttpResponse<String> send(String... headers) {
            return method.equals("GET")
                    ? Client.get(url, headers)
                    : Client.send(method, url, "application/json", body, headers);
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
                                url(path.getKey(), path.getValue(), method.getValue()),
                                body(method.getValue())))));
        return calls;
    }

    /** For each path of the document, the methods that it does not support. */
    List<Call> wrongMethods() {
        var calls = all();
        return calls.stream()
                .flatMap(call -> METHODS.stream()
                        .filter(method -> calls.stream()
                                .noneMatch(other -> other.path().equals(call.path())
                                        && other.method().equals(method)))
                        .map(method -> new Call("", method, call.path(), call.url(), "")))
                .distinct()
                .toList();
    }

    private String url(String path, JsonNode item, JsonNode operation) {
        var url = path;
        var query = new StringJoiner("&", "?", "").setEmptyValue("");
        for (var parameter : (Iterable<JsonNode>) Stream.concat(
                        item.path("parameters").valueStream(),
                        operation.path("parameters").valueStream())
                .map(this::resolved)
                .filter(parameter -> parameter.path("required").asBoolean())::iterator) {
            var name = parameter.path("name").asText();
            var example = example(parameter, resolved(parameter.path("schema")));
            if (parameter.path("in").asText().equals("path")) {
                url = url.replace("{" + name + "}", example);
            } else if (parameter.path("in").asText().equals("query")) {
                query.add(name + "=" + example);
            }
        }
        return url + query;
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

    /** The first example; authors of clients depend on the examples as well. */
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
