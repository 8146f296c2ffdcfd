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

/** Templates of the cloud's documents, and the override of single fields. */
final class DocumentTemplates {

    /** Objects with arbitrary keys. */
    private static final Set<String> FREE_FORM_OBJECTS =
            Set.of("metadata", "tags", "extensions", "volume_image_metadata");

    private static final JsonObject TEMPLATES = readJsonResource("/sandbox/templates.json");

    private DocumentTemplates() {}

    static JsonObject readJsonResource(String name) {
        try (InputStream in = Objects.requireNonNull(DocumentTemplates.class.getResourceAsStream(name), name)) {
            return new JsonObject(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static JsonObject copyOf(String name) {
        return TEMPLATES.getJsonObject(name).copy();
    }

    /**
     * Applies overriding fields to a document made from a template.
     *
     * @throws RejectedCallException with 400 for an unknown field, or a value of another JSON type
     */
    static void applyOverrides(JsonObject document, JsonObject overrides) {
        for (String field : overrides.fieldNames()) {
            if (!document.containsKey(field)) {
                throw RejectedCallException.badRequest(
                        "Unknown field '" + field + "'; the fields are " + document.fieldNames() + ".");
            }
            Object current = document.getValue(field);
            Object value = overrides.getValue(field);
            if (current != null && (value == null || !sameType(current, value))) {
                throw RejectedCallException.badRequest("The value of '" + field + "' has the wrong type.");
            }
            if (current instanceof JsonObject inner && !FREE_FORM_OBJECTS.contains(field)) {
                applyOverrides(inner, (JsonObject) value);
            } else {
                document.put(field, value);
            }
        }
    }

    private static boolean sameType(Object current, Object value) {
        return switch (current) {
            case Number _ -> value instanceof Integer || value instanceof Long;
            case String _ -> value instanceof String;
            case Boolean _ -> value instanceof Boolean;
            case JsonArray _ -> value instanceof JsonArray;
            case JsonObject _ -> value instanceof JsonObject;
            default -> true;
        };
    }
}
