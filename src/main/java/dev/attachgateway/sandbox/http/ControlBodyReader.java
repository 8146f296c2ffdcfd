package dev.attachgateway.sandbox.http;

import io.vertx.core.json.JsonObject;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/** Reads the fields of a control body strictly; whatever does not fit is refused with a sentence. */
public record ControlBodyReader(JsonObject json) {

    public boolean has(String field) {
        return json.getValue(field) != null;
    }

    public void onlyThese(Collection<String> known) {
        for (String field : json.fieldNames()) {
            if (!known.contains(field)) {
                throw RejectedCallException.unclear("There is no field '" + field + "'; known are " + known + ".");
            }
        }
    }

    public long whole(String field, long least, long most) {
        Object value = json.getValue(field);
        if (!(value instanceof Integer || value instanceof Long)
                || ((Number) value).longValue() < least
                || ((Number) value).longValue() > most) {
            throw RejectedCallException.unclear(
                    "'" + field + "' must be a whole number from " + least + " to " + most + ".");
        }
        return ((Number) value).longValue();
    }

    public boolean truth(String field) {
        if (json.getValue(field) instanceof Boolean truth) {
            return truth;
        }
        throw RejectedCallException.unclear("'" + field + "' must be true or false.");
    }

    @Nullable
    public String text(String field, int shortest, int longest) {
        Object value = json.getValue(field);
        if (value == null) {
            return null;
        }
        if (value instanceof String text && text.length() >= shortest && text.length() <= longest) {
            return text;
        }
        throw RejectedCallException.unclear(
                "'" + field + "' must be a text of " + shortest + " to " + longest + " characters.");
    }

    public String oneOf(String field, Collection<String> words) {
        if (json.getValue(field) instanceof String word && words.contains(word)) {
            return word;
        }
        throw RejectedCallException.unclear("'" + field + "' must be one of " + words + ".");
    }
}
