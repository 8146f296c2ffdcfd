package dev.attachgateway.sandbox.http;

import io.vertx.core.json.JsonObject;
import java.util.Collection;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads the fields of a control body strictly; an invalid field is rejected with 400 and an error message. */
public record ControlBodyReader(JsonObject json) {

    /** Whether the field is present and not null. */
    public boolean has(String field) {
        return json.getValue(field) != null;
    }

    /** Rejects a body with any other field. */
    public void rejectUnknownFields(Collection<String> allowed) {
        for (String field : json.fieldNames()) {
            if (!allowed.contains(field)) {
                throw RejectedCallException.badRequest(
                        "Unknown field '" + field + "'; the fields are " + allowed + ".");
            }
        }
    }

    /** Returns an integer within the bounds. */
    public long requireLong(String field, long min, long max) {
        Object value = json.getValue(field);
        if (!(value instanceof Integer || value instanceof Long)
                || ((Number) value).longValue() < min
                || ((Number) value).longValue() > max) {
            throw RejectedCallException.badRequest(
                    "'" + field + "' must be an integer from " + min + " to " + max + ".");
        }
        return ((Number) value).longValue();
    }

    /** Returns a boolean. */
    public boolean requireBoolean(String field) {
        if (json.getValue(field) instanceof Boolean value) {
            return value;
        }
        throw RejectedCallException.badRequest("'" + field + "' must be true or false.");
    }

    /** Returns a string within the length bounds, or null when the field is absent. */
    @Nullable
    public String optionalString(String field, int minLength, int maxLength) {
        Object value = json.getValue(field);
        if (value == null) {
            return null;
        }
        if (value instanceof String text && text.length() >= minLength && text.length() <= maxLength) {
            return text;
        }
        throw RejectedCallException.badRequest(
                "'" + field + "' must be a string of " + minLength + " to " + maxLength + " characters.");
    }

    /** Returns one of the allowed strings. */
    public String requireOneOf(String field, Collection<String> allowed) {
        if (json.getValue(field) instanceof String value && allowed.contains(value)) {
            return value;
        }
        throw RejectedCallException.badRequest("'" + field + "' must be one of " + allowed + ".");
    }

    /** Returns an object whose values are strings; empty when the field is absent. */
    public Map<String, String> stringMap(String field) {
        Object value = json.getValue(field);
        if (value == null) {
            return Map.of();
        }
        if (!(value instanceof JsonObject object) || !object.stream().allMatch(it -> it.getValue() instanceof String)) {
            throw RejectedCallException.badRequest("'" + field + "' must be an object whose values are strings.");
        }
        return object.stream().collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, it -> (String) it.getValue()));
    }
}
