package dev.attachgateway.sandbox.http;

import io.vertx.core.MultiMap;
import java.util.List;
import java.util.Optional;

/** A stretch of a list: so many elements, from so far on. */
public record PageRequest(int limit, int offset) {

    /** Reads {@code limit} and {@code offset}; empty when one is no number or out of bounds. */
    public static Optional<PageRequest> of(MultiMap query, int least, int most, int usual) {
        try {
            int limit = number(query, "limit", usual);
            int offset = number(query, "offset", 0);
            return limit < least || limit > most || offset < 0
                    ? Optional.empty()
                    : Optional.of(new PageRequest(limit, offset));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    private static int number(MultiMap query, String name, int usual) {
        String text = query.get(name);
        return text == null ? usual : Integer.parseInt(text);
    }

    public <T> List<T> of(List<T> whole) {
        return whole.stream().skip(offset).limit(limit).toList();
    }
}
