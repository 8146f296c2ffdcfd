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
 * What the cloud shows, as it came: every field, also those that no reference names. It is shared, so nobody changes it.
 *
 * @param bytes how long it was on the wire
 */
public record CloudDocument(ObjectNode body, int bytes) {

    /** What a success holds. Without what makes it a document of its kind it is an answer that cannot be read. */
    static CloudDocument of(CloudResponse cloudResponse, Predicate<JsonNode> form) {
        if (!(cloudResponse.body() instanceof ObjectNode body) || !form.test(body)) {
            throw FailureClassifier.unreadable(cloudResponse.status());
        }
        return new CloudDocument(body, cloudResponse.bytes());
    }

    /** Parameters as they stand in an address, with their question mark; nothing when there are none. */
    static String query(Map<String, String> parameters) {
        return parameters.isEmpty()
                ? ""
                : parameters.entrySet().stream()
                        .map(each -> each.getKey() + "=" + encoded(each.getValue()))
                        .collect(Collectors.joining("&", "?", ""));
    }

    private static String encoded(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
