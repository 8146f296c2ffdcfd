package dev.attachgateway.upstream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.attachgateway.upstream.http.CloudResponse;
import dev.attachgateway.upstream.http.FailureClassifier;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * A response document of the cloud, unchanged: every field, including those that no API reference names. Instances are
 * shared and must not be modified.
 *
 * @param bodyLength the length of the response body in bytes, after decompression
 */
public record CloudDocument(ObjectNode body, int bodyLength) {

    /** The body of a successful response; a response without the expected shape counts as unreadable. */
    static CloudDocument fromResponse(CloudResponse cloudResponse, Predicate<JsonNode> hasExpectedShape) {
        if (!(cloudResponse.body() instanceof ObjectNode body) || !hasExpectedShape.test(body)) {
            throw FailureClassifier.unreadableResponse(cloudResponse.status());
        }
        return new CloudDocument(body, cloudResponse.bodyLength());
    }

    /** Whether a field holds the requested id, in any case: a response about something else is not the answer. */
    static boolean hasId(JsonNode field, String requestedId) {
        return field.isTextual() && field.textValue().equalsIgnoreCase(requestedId);
    }

    /** The URL-encoded query string with its leading question mark; empty without parameters. */
    static String queryString(Map<String, String> parameters) {
        return parameters.isEmpty()
                ? ""
                : parameters.entrySet().stream()
                        .map(parameter -> parameter.getKey() + "=" + encode(parameter.getValue()))
                        .collect(Collectors.joining("&", "?", ""));
    }

    private static String encode(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
