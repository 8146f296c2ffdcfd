package dev.attachgateway.upstream.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * An HTTP response of any status and content.
 *
 * @param body the JSON body; a missing node if there was no body or it is not JSON
 * @param bodyLength the length of the body in bytes, after decompression
 * @param isUnforwarded whether the operator guarantees that an intermediary gives this response before it forwards the
 *     request ({@code upstream.unforwarded-responses}); the cloud's own envelope overrides it
 */
public record CloudResponse(int status, MultiMap headers, JsonNode body, int bodyLength, boolean isUnforwarded) {
    private static final ObjectMapper JSON = new ObjectMapper();

    static CloudResponse parse(int status, MultiMap headers, Buffer bytes, boolean isUnforwarded) {
        return new CloudResponse(status, headers, parseJson(bytes), bytes.length(), isUnforwarded);
    }

    private static JsonNode parseJson(Buffer bytes) {
        try {
            var json = bytes.length() == 0 ? null : JSON.readTree(bytes.getBytes());
            return json == null ? MissingNode.getInstance() : json;
        } catch (JsonProcessingException _) {
            return MissingNode.getInstance();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether the status is 2xx. */
    public boolean isSuccess() {
        return status >= 200 && status < 300;
    }

    /** Removes control characters, which are unsafe in the database and in logs, and the full stop at the end. */
    public static String sanitize(String text) {
        return text.replaceAll("\\p{Cntrl}", " ").strip().replaceAll("\\.+$", "");
    }
}
