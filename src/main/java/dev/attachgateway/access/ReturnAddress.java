package dev.attachgateway.access;

import java.net.URI;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** Where a browser goes on after a login: to a page of the gateway's own origin, or of a listed one. */
final class ReturnAddress {
    static final String HOME = "/";
    private static final int LONGEST = 2_048;

    /** What a URI consists of (RFC 3986, section 2); browsers take a backslash for a slash. */
    private static final Pattern CLEAN = Pattern.compile("[A-Za-z0-9._~:/?#\\[\\]@!$&'()*+,;=%-]+");

    private ReturnAddress() {}

    /** Reads an address; empty when nobody should be sent there. */
    static Optional<String> parse(String text, Predicate<String> isListed) {
        if (text.length() > LONGEST || !CLEAN.matcher(text).matches()) {
            return Optional.empty();
        }
        if (text.startsWith("/")) {
            return text.startsWith("//") ? Optional.empty() : Optional.of(text);
        }
        try {
            URI address = URI.create(text);
            return address.getRawAuthority() != null
                            && isListed.test(address.getScheme() + "://" + address.getRawAuthority())
                    ? Optional.of(text)
                    : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
