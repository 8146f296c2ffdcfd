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
 * What came back over the wire, whatever it was.
 *
 * @param status the HTTP status
 * @param headers the answer's headers
 * @param body its JSON; missing where there was none or it could not be read
 * @param bytes how long the body was
 */
public record CloudResponse(int status, MultiMap headers, JsonNode body, int bytes) {
    private static final ObjectMapper JSON = new ObjectMapper();

    static CloudResponse of(int status, MultiMap headers, Buffer bytes) {
        try {
            var read = bytes.length() == 0 ? null : JSON.readTree(bytes.getBytes());
            return new CloudResponse(status, headers, read == null ? MissingNode.getInstance() : read, bytes.length());
        } catch (JsonProcessingException e) {
            return new CloudResponse(status, headers, MissingNode.getInstance(), bytes.length());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public boolean isSuccess() {
        return status >= 200 && status < 300;
    }

    /**
     * The cloud's error code, in any of its envelopes: ModelArts and the gateway in front of it name it {@code error_code};
     * EVS wraps {@code code} under {@code error} or under the fault's name.
     */
    @Nullable
    String errorCode() {
        var code = text("error_code", "code");
        return code == null ? null : clean(code);
    }

    String errorMessage() {
        var message = text("error_msg", "message");
        return message == null ? "HTTP " + status + " without a message" : clean(message);
    }

    /** Without control characters, which a database and a log do not take, and without a full stop at its end. */
    public static String clean(String text) {
        return text.replaceAll("\\p{Cntrl}", " ").strip().replaceAll("\\.+$", "");
    }

    private @Nullable String text(String flat, String wrapped) {
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
