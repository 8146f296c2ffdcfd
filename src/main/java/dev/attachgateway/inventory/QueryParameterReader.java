package dev.attachgateway.inventory;

import dev.attachgateway.request.InvalidRequestException;
import io.vertx.core.MultiMap;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Reads the query parameters of a list and adds violations to the validation, which the caller completes. */
final class QueryParameterReader {
    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,10}");

    private final MultiMap query;
    private final InvalidRequestException.RequestValidation requestValidation;

    QueryParameterReader(MultiMap query, InvalidRequestException.RequestValidation requestValidation) {
        this.query = query;
        this.requestValidation = requestValidation;
    }

    /** The single value; empty if it is absent or invalid. */
    Optional<String> text(String name, Predicate<String> format, String rule) {
        var sent = query.getAll(name);
        if (sent.size() > 1) {
            requestValidation.addViolation(name, "is sent more than once");
            return Optional.empty();
        }
        if (!sent.isEmpty() && !format.test(sent.getFirst())) {
            requestValidation.addViolation(name, rule);
            return Optional.empty();
        }
        return sent.stream().findFirst();
    }

    /** One of the given words; case-sensitive. */
    Optional<String> oneOf(String name, Set<String> words) {
        return text(
                name, words::contains, "has to be " + words.stream().sorted().collect(Collectors.joining(" or ")));
    }

    /** A number from {@code min} to {@code max}; the default if it is absent or invalid. */
    int number(String name, int min, int max, int defaultValue) {
        return text(
                        name,
                        text -> NUMBER.matcher(text).matches()
                                && Long.parseLong(text) >= min
                                && Long.parseLong(text) <= max,
                        "has to be " + min + " to " + max)
                .map(Integer::parseInt)
                .orElse(defaultValue);
    }

    /** A line of 1 to {@code max} characters without control characters. */
    static Predicate<String> singleLine(int max) {
        return text -> !text.isEmpty() && text.length() <= max && text.chars().noneMatch(Character::isISOControl);
    }
}
