package dev.attachgateway.request;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The header in which the operator's proxies report the client's address. Only the configured header is read: proxies pass
 * the other one on as the client sent it.
 */
public enum ForwardingHeader {
    /** A list of addresses, as most proxies write it. */
    X_FORWARDED_FOR("X-Forwarded-For") {
        @Override
        Optional<String> extractNode(String element) {
            return Optional.of(element.strip());
        }
    },
    /** RFC 7239. */
    FORWARDED("Forwarded") {
        @Override
        Optional<String> extractNode(String element) {
            if (!ELEMENT.matcher(element).matches()) {
                return Optional.empty();
            }
            var nodes = Stream.of(element.split(";"))
                    .map(pair -> pair.strip().split("=", 2))
                    .filter(pair -> pair[0].equalsIgnoreCase("for"))
                    .map(pair -> unquote(pair[1]))
                    .toList();
            return nodes.size() == 1 ? Optional.of(nodes.getFirst()) : Optional.empty();
        }
    };

    private static final String PAIR = "\\s*[\\w!#$%&'*+.^`|~-]+=(?:[\\w!#$%&'*+.^`|~-]+|\"[^\"\\\\;]*\")\\s*";

    /** Complete pairs only: an element that was split within a quoted string has an unbalanced quote and does not match. */
    private static final Pattern ELEMENT = Pattern.compile(PAIR + "(?:;" + PAIR + ")*");

    /** An address, with or without the port (RFC 7239, section 6). */
    private static final Pattern NODE =
            Pattern.compile("\\[([^\\[\\]]+)](?::\\d{1,5})?|(\\d[\\d.]*)(?::\\d{1,5})?|([\\p{XDigit}:.]+)");

    private static final int MAX_ELEMENT_LENGTH = 256;

    private final String headerName;

    ForwardingHeader(String headerName) {
        this.headerName = headerName;
    }

    String headerName() {
        return headerName;
    }

    /** The address in one element of the header's list; empty when the element has none or is malformed. */
    Optional<String> parseAddress(String element) {
        return Optional.of(element)
                .filter(text -> text.length() <= MAX_ELEMENT_LENGTH)
                .flatMap(this::extractNode)
                .map(NODE::matcher)
                .filter(Matcher::matches)
                .flatMap(node -> Stream.of(1, 2, 3)
                        .map(group -> Optional.ofNullable(node.group(group)))
                        .flatMap(Optional::stream)
                        .findFirst());
    }

    abstract Optional<String> extractNode(String element);

    private static String unquote(String value) {
        return value.startsWith("\"") ? value.substring(1, value.length() - 1) : value;
    }
}
