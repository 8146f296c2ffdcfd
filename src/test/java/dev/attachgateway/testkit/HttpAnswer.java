package dev.attachgateway.testkit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.http.HttpHeaders;

/**
 * What came back for one request.
 *
 * @param body the whole of it, as text; empty when there was none
 */
public record HttpAnswer(int status, HttpHeaders headers, String body) {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** The header's only value; empty text when it is absent. */
    public String header(String name) {
        return headers.firstValue(name).orElse("");
    }

    /** The body as JSON. */
    public JsonNode json() {
        try {
            return JSON.readTree(body);
        } catch (JsonProcessingException e) {
            throw new AssertionError("HTTP " + status + " is not JSON: " + body, e);
        }
    }

    /** A field of the body; empty text when it is absent. */
    public String text(String field) {
        return json().path(field).asText();
    }

    /** The operation that a 2xx accepts or a problem names. */
    public String operationId() {
        return text("operation_id");
    }

    public String code() {
        return text("error_code");
    }
}
