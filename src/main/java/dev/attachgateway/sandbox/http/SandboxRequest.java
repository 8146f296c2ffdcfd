package dev.attachgateway.sandbox.http;

import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonObject;
import io.vertx.core.json.pointer.JsonPointer;
import io.vertx.ext.web.RoutingContext;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A received request, read once so that another thread can handle it. */
public record SandboxRequest(
        CallKind kind,
        String method,
        String path,
        String query,
        String host,
        MultiMap headers,
        MultiMap queryParams,
        Map<String, String> pathParams,
        Buffer body,
        String requestId) {

    /** Reads a request; its body must have been read before. */
    public static SandboxRequest of(CallKind kind, RoutingContext context) {
        var request = context.request();
        Buffer body = context.body().buffer();
        return new SandboxRequest(
                kind,
                request.method().name(),
                request.path(),
                Optional.ofNullable(request.query()).orElse(""),
                Optional.ofNullable(request.authority()).map(Object::toString).orElse(""),
                request.headers(),
                context.queryParams(),
                Map.copyOf(context.pathParams()),
                body == null ? Buffer.buffer() : body,
                SandboxIds.randomHex());
    }

    /** Returns a header; {@code Host} is the authority of the request. */
    @Nullable
    public String header(String name) {
        return name.equalsIgnoreCase("host") ? host : headers.get(name);
    }

    /** Returns a path parameter; empty when absent. */
    public String pathParam(String name) {
        return pathParams.getOrDefault(name, "");
    }

    /** Returns the body as a JSON object; empty when it is anything else. */
    public Optional<JsonObject> jsonBody() {
        try {
            return Json.decodeValue(body) instanceof JsonObject object ? Optional.of(object) : Optional.empty();
        } catch (DecodeException e) {
            return Optional.empty();
        }
    }

    /** Returns the disk id in the path or the body; null without one. */
    @Nullable
    public String volumeId() {
        if (kind == CallKind.ATTACH) {
            return jsonBody()
                    .map(body -> body.getValue("volume_id"))
                    .filter(String.class::isInstance)
                    .map(String.class::cast)
                    .orElse(null);
        }
        return pathParams.get("volume");
    }

    /** Returns the project id in the path or, of a token request, in the scope; null without one. */
    @Nullable
    public String projectId() {
        if (kind == CallKind.TOKEN) {
            return jsonBody().flatMap(SandboxRequest::scopedProjectId).orElse(null);
        }
        return pathParams.get("project");
    }

    /** Returns the server id in the path; null without one. */
    @Nullable
    public String serverId() {
        return pathParams.get("server");
    }

    /** Returns the project id in the scope of a token request. */
    public static Optional<String> scopedProjectId(JsonObject body) {
        return Optional.ofNullable(JsonPointer.from("/auth/scope/project/id").queryJson(body))
                .filter(String.class::isInstance)
                .map(String.class::cast);
    }
}
