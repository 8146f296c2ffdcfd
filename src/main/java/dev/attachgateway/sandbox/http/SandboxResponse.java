package dev.attachgateway.sandbox.http;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP response.
 *
 * @param body a {@link JsonObject}, a {@link JsonArray}, a string, or null for none
 */
public record SandboxResponse(int status, @Nullable Object body, Map<String, String> headers) implements SandboxReply {

    /** Returns a response without headers of its own. */
    public static SandboxResponse of(int status, @Nullable Object body) {
        return new SandboxResponse(status, body, Map.of());
    }

    /** Returns a response with status 200. */
    public static SandboxResponse ok(Object body) {
        return of(200, body);
    }

    /** Returns the encoded body; an API gateway error contains the id of the request. */
    public String encodeBody(String requestId) {
        return switch (body) {
            case JsonObject envelope
            when envelope.containsKey("request_id") && envelope.getValue("request_id") == null ->
                envelope.copy().put("request_id", requestId).encode();
            case JsonObject object -> object.encode();
            case JsonArray array -> array.encode();
            case null -> "";
            default -> body.toString();
        };
    }

    /** Returns the media type of the body. */
    public String contentType() {
        return body instanceof JsonObject || body instanceof JsonArray ? "application/json" : "text/plain";
    }
}
