package dev.attachgateway.sandbox.http;

import io.vertx.core.MultiMap;
import java.util.List;
import java.util.Optional;

/** One page of a list: at most {@code limit} elements from {@code offset} on. */
public record PageRequest(int limit, int offset) {

    /** Parses {@code limit} and {@code offset}; empty when one is not a number or out of bounds. */
    public static Optional<PageRequest> parse(MultiMap query, int minLimit, int maxLimit, int defaultLimit) {
        try {
            int limit = intParameter(query, "limit", defaultLimit);
            int offset = intParameter(query, "offset", 0);
            return limit < minLimit || limit > maxLimit || offset < 0
                    ? Optional.empty()
                    : Optional.of(new PageRequest(limit, offset));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    private static int intParameter(MultiMap query, String name, int defaultValue) {
        String text = query.get(name);
        return text == null ? defaultValue : Integer.parseInt(text);
    }

    /** Returns the elements of this page. */
    public <T> List<T> slice(List<T> all) {
        return all.stream().skip(offset).limit(limit).toList();
    }
}
