package dev.attachgateway.sandbox;

import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One request as it arrived at a door of the cloud, read once so that it may be handled on another thread. */
record Call(
        Kind kind,
        String method,
        String path,
        String query,
        String host,
        MultiMap headers,
        MultiMap queryParams,
        Map<String, String> pathParams,
        Buffer body,
        String requestId) {

    static Call of(Kind kind, RoutingContext context) {
        var request = context.request();
        Buffer body = context.body().buffer();
        return new Call(
                kind,
                request.method().name(),
                request.path(),
                Optional.ofNullable(request.query()).orElse(""),
                Optional.ofNullable(request.authority()).map(Object::toString).orElse(""),
                request.headers(),
                context.queryParams(),
                Map.copyOf(context.pathParams()),
                body == null ? Buffer.buffer() : body,
                Ids.freshHex());
    }

    @Nullable
    String header(String name) {
        return name.equalsIgnoreCase("host") ? host : headers.get(name);
    }

    String param(String name) {
        return pathParams.getOrDefault(name, "");
    }

    /** The body as a JSON object, or empty when it is none. */
    Optional<JsonObject> json() {
        try {
            return Json.decodeValue(body) instanceof JsonObject object ? Optional.of(object) : Optional.empty();
        } catch (DecodeException e) {
            return Optional.empty();
        }
    }

    /** The disk the request names, in its path or its body; null when it names none. */
    @Nullable
    String volumeId() {
        if (kind == Kind.ATTACH) {
            return json().map(body -> body.getValue("volume_id"))
                    .filter(String.class::isInstance)
                    .map(String.class::cast)
                    .orElse(null);
        }
        return pathParams.get("volume");
    }

    /** The project the request names, in its path or, for a token, in its scope; null when it names none. */
    @Nullable
    String projectId() {
        if (kind == Kind.TOKEN) {
            return json().flatMap(IamDoor::scopedId).orElse(null);
        }
        return pathParams.get("project");
    }

    @Nullable
    String serverId() {
        return pathParams.get("server");
    }
}
