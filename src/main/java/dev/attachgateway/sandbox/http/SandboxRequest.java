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

/** One request as it arrived at a door of the cloud, read once so that it may be handled on another thread. */
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
                SandboxIds.freshHex());
    }

    @Nullable
    public String header(String name) {
        return name.equalsIgnoreCase("host") ? host : headers.get(name);
    }

    public String param(String name) {
        return pathParams.getOrDefault(name, "");
    }

    /** The body as a JSON object, or empty when it is none. */
    public Optional<JsonObject> json() {
        try {
            return Json.decodeValue(body) instanceof JsonObject object ? Optional.of(object) : Optional.empty();
        } catch (DecodeException e) {
            return Optional.empty();
        }
    }

    /** The disk the request names, in its path or its body; null when it names none. */
    @Nullable
    public String volumeId() {
        if (kind == CallKind.ATTACH) {
            return json().map(body -> body.getValue("volume_id"))
                    .filter(String.class::isInstance)
                    .map(String.class::cast)
                    .orElse(null);
        }
        return pathParams.get("volume");
    }

    /** The project the request names, in its path or, for a token, in its scope; null when it names none. */
    @Nullable
    public String projectId() {
        if (kind == CallKind.TOKEN) {
            return json().flatMap(SandboxRequest::scopedProjectId).orElse(null);
        }
        return pathParams.get("project");
    }

    @Nullable
    public String serverId() {
        return pathParams.get("server");
    }

    /** The project that the body of a token request asks for by its id. */
    public static Optional<String> scopedProjectId(JsonObject body) {
        return Optional.ofNullable(JsonPointer.from("/auth/scope/project/id").queryJson(body))
                .filter(String.class::isInstance)
                .map(String.class::cast);
    }
}
