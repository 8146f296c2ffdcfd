package dev.attachgateway.attach;

import dev.attachgateway.request.InvalidRequestException;
import io.vertx.core.MultiMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;

/**
 * Parses the idempotency key (IETF draft-ietf-httpapi-idempotency-key-header-07), also from the header that clients of the
 * cloud use for it.
 */
final class IdempotencyKeyHeader {
    private static final List<String> HEADERS = List.of("Idempotency-Key", "X-Client-Token");
    private static final int MAX_LENGTH = 255;

    /** Characters that in a bare key could belong to a list, to parameters or to a quoted key. */
    private static final String FORBIDDEN_IN_BARE = "\"\\,;";

    private IdempotencyKeyHeader() {}

    /**
     * The key of a request.
     *
     * @param requestValidation gets the violations of the headers
     * @return empty when the request has no key or a malformed one
     */
    static Optional<String> fromHeaders(MultiMap headers, InvalidRequestException.RequestValidation requestValidation) {
        var keys = new LinkedHashSet<String>();
        for (var header : HEADERS) {
            var values = headers.getAll(header);
            if (values.size() > 1) {
                requestValidation.addViolation(header, "is sent more than once");
            } else if (!values.isEmpty()) {
                parse(values.getFirst())
                        .ifPresentOrElse(
                                keys::add,
                                () -> requestValidation.addViolation(
                                        header,
                                        "has to be 1 to 255 printable ASCII characters, in quotes (RFC 8941, String) or bare without"
                                                + " quote, backslash, comma and semicolon"));
            }
        }
        if (keys.size() > 1) {
            requestValidation.addViolation(String.join(" and ", HEADERS), "have different keys; send one of them");
        }
        return keys.stream().findFirst();
    }

    /** The key without quotes and escapes; empty when it is malformed. */
    static Optional<String> parse(String header) {
        var text = header.strip();
        var key = text.startsWith("\"") ? parseQuoted(text) : parseBare(text);
        return key.filter(value -> !value.isEmpty() && value.length() <= MAX_LENGTH);
    }

    private static Optional<String> parseBare(String text) {
        return text.chars().allMatch(c -> isPrintable(c) && FORBIDDEN_IN_BARE.indexOf(c) < 0)
                ? Optional.of(text)
                : Optional.empty();
    }

    /** A String of RFC 8941, section 3.3.3, with nothing after it. */
    private static Optional<String> parseQuoted(String text) {
        var key = new StringBuilder();
        var escaped = false;
        for (int i = 1; i < text.length(); i++) {
            var c = text.charAt(i);
            if (escaped) {
                if (c != '"' && c != '\\') {
                    return Optional.empty();
                }
                key.append(c);
                escaped = false;
            } else if (c == '\\') {
                escaped = true;
            } else if (c == '"') {
                return i == text.length() - 1 ? Optional.of(key.toString()) : Optional.empty();
            } else if (isPrintable(c)) {
                key.append(c);
            } else {
                return Optional.empty();
            }
        }
        return Optional.empty();
    }

    private static boolean isPrintable(int c) {
        return c >= ' ' && c <= '~';
    }
}
