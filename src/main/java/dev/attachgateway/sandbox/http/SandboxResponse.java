package dev.attachgateway.sandbox.http;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One HTTP answer.
 *
 * @param body a {@link JsonObject}, a {@link JsonArray}, text, or null for none
 */
public record SandboxResponse(int status, @Nullable Object body, Map<String, String> headers) implements SandboxReply {

    public static SandboxResponse of(int status, @Nullable Object body) {
        return new SandboxResponse(status, body, Map.of());
    }

    public static SandboxResponse ok(Object body) {
        return of(200, body);
    }

    /** The text to send; an API gateway envelope gets the id of this request. */
    public String text(String requestId) {
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

    public String contentType() {
        return body instanceof JsonObject || body instanceof JsonArray ? "application/json" : "text/plain";
    }
}
