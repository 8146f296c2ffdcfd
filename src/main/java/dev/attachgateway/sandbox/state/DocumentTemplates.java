package dev.attachgateway.sandbox.state;

import dev.attachgateway.sandbox.http.RejectedCallException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Set;

/** Whole documents in the cloud's shape, and how single fields of them are overridden. */
final class DocumentTemplates {

    /** Objects whose keys are their owner's affair. */
    private static final Set<String> OPEN = Set.of("metadata", "tags", "extensions", "volume_image_metadata");

    private static final JsonObject ALL = resource("/sandbox/templates.json");

    private DocumentTemplates() {}

    static JsonObject resource(String name) {
        try (InputStream in = Objects.requireNonNull(DocumentTemplates.class.getResourceAsStream(name), name)) {
            return new JsonObject(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static JsonObject fresh(String name) {
        return ALL.getJsonObject(name).copy();
    }

    /**
     * Puts the overriding fields into a document made from a template.
     *
     * @throws RejectedCallException with 400 for a field the cloud does not have, or a value of another JSON type
     */
    static void override(JsonObject document, JsonObject overrides) {
        for (String field : overrides.fieldNames()) {
            if (!document.containsKey(field)) {
                throw RejectedCallException.unclear(
                        "The cloud has no field '" + field + "' here; known are " + document.fieldNames() + ".");
            }
            Object old = document.getValue(field);
            Object value = overrides.getValue(field);
            if (old != null && (value == null || !sameType(old, value))) {
                throw RejectedCallException.unclear("The value of '" + field + "' has the wrong type.");
            }
            if (old instanceof JsonObject inner && !OPEN.contains(field)) {
                override(inner, (JsonObject) value);
            } else {
                document.put(field, value);
            }
        }
    }

    private static boolean sameType(Object old, Object value) {
        return switch (old) {
            case Number ignored -> value instanceof Integer || value instanceof Long;
            case String ignored -> value instanceof String;
            case Boolean ignored -> value instanceof Boolean;
            case JsonArray ignored -> value instanceof JsonArray;
            case JsonObject ignored -> value instanceof JsonObject;
            default -> true;
        };
    }
}
