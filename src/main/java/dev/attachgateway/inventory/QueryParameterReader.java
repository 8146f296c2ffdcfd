package dev.attachgateway.inventory;

import dev.attachgateway.request.InvalidRequestException;
import io.vertx.core.MultiMap;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Reads a list's parameters; what is wrong with one goes into the look, which its owner ends. */
final class QueryParameterReader {
    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,10}");

    private final MultiMap query;
    private final InvalidRequestException.RequestValidation requestValidation;

    QueryParameterReader(MultiMap query, InvalidRequestException.RequestValidation requestValidation) {
        this.query = query;
        this.requestValidation = requestValidation;
    }

    /** The only value; empty when there is none, or none that can be taken. */
    Optional<String> text(String name, Predicate<String> form, String rule) {
        var sent = query.getAll(name);
        if (sent.size() > 1) {
            requestValidation.addViolation(name, "is sent more than once");
            return Optional.empty();
        }
        if (!sent.isEmpty() && !form.test(sent.getFirst())) {
            requestValidation.addViolation(name, rule);
            return Optional.empty();
        }
        return sent.stream().findFirst();
    }

    /** One of a few words, letter by letter. */
    Optional<String> oneOf(String name, Set<String> words) {
        return text(
                name, words::contains, "has to be " + words.stream().sorted().collect(Collectors.joining(" or ")));
    }

    /** A number within bounds. */
    int number(String name, int least, int most, int usual) {
        return text(
                        name,
                        text -> NUMBER.matcher(text).matches()
                                && Long.parseLong(text) >= least
                                && Long.parseLong(text) <= most,
                        "has to be " + least + " to " + most)
                .map(Integer::parseInt)
                .orElse(usual);
    }

    /** One line of text. */
    static Predicate<String> singleLine(int most) {
        return text -> !text.isEmpty() && text.length() <= most && text.chars().noneMatch(Character::isISOControl);
    }
}
