package dev.attachgateway.testkit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.http.HttpHeaders;

/**
 * An HTTP response.
 *
 * @param body the body as text; empty if there is none
 */
public record HttpAnswer(int status, HttpHeaders headers, String body) {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** The first value of the header; empty if it is absent. */
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

    /** A field of the JSON body; empty if it is absent. */
    public String text(String field) {
        return json().path(field).asText();
    }

    /** The id of the operation in a 2xx response or a problem. */
    public String operationId() {
        return text("operation_id");
    }

    /** The {@code error_code} of a problem. */
    public String code() {
        return text("error_code");
    }
}
