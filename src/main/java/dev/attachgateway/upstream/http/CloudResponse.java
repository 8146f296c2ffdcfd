package dev.attachgateway.upstream.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP response of any status and content.
 *
 * @param body the JSON body; a missing node if there was no body or it is not JSON
 * @param bodyLength the length of the body in bytes, after decompression
 */
public record CloudResponse(int status, MultiMap headers, JsonNode body, int bodyLength) {
    private static final ObjectMapper JSON = new ObjectMapper();

    static CloudResponse parse(int status, MultiMap headers, Buffer bytes) {
        try {
            var json = bytes.length() == 0 ? null : JSON.readTree(bytes.getBytes());
            return new CloudResponse(status, headers, json == null ? MissingNode.getInstance() : json, bytes.length());
        } catch (JsonProcessingException _) {
            return new CloudResponse(status, headers, MissingNode.getInstance(), bytes.length());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether the status is 2xx. */
    public boolean isSuccess() {
        return status >= 200 && status < 300;
    }

    /**
     * The cloud's error code, from any of its envelopes: ModelArts and the API gateway in front of it use
     * {@code error_code}; EVS wraps {@code code} under {@code error} or under the fault's name.
     */
    @Nullable
    String errorCode() {
        var code = textField("error_code", "code");
        return code == null ? null : sanitize(code);
    }

    String errorMessage() {
        var message = textField("error_msg", "message");
        return message == null ? "HTTP " + status + " without a message" : sanitize(message);
    }

    /** Removes control characters, which are unsafe in the database and in logs, and the full stop at the end. */
    public static String sanitize(String text) {
        return text.replaceAll("\\p{Cntrl}", " ").strip().replaceAll("\\.+$", "");
    }

    private @Nullable String textField(String flat, String wrapped) {
        if (body.path(flat).isTextual()) {
            return body.path(flat).textValue();
        }
        for (var fault : body) {
            if (fault.path(wrapped).isValueNode()) {
                return fault.path(wrapped).asText();
            }
        }
        return null;
    }
}
