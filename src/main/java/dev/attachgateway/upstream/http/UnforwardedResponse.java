package dev.attachgateway.upstream.http;

import io.vertx.core.MultiMap;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A response that an intermediary gives before it forwards a request to the cloud, so that the request certainly did not
 * begin: a guarantee of the operator, because no header proves it.
 *
 * @param status the HTTP status of the response
 * @param header the name of a header that the response has
 * @param value the value of that header, compared without regard to case; null if any value counts
 */
public record UnforwardedResponse(
        int status, String header, @Nullable String value) {
    private static final Pattern FORM =
            Pattern.compile("([45][0-9]{2}) +([!#$%&'*+.^_`|~0-9A-Za-z-]+)(?: *: *([^\\p{Cntrl}]+?))? *");

    /**
     * Parses {@code status header} or {@code status header: value}, such as {@code 429 x-envoy-ratelimited: true}.
     *
     * @return fails with an {@link IllegalArgumentException} whose message names the expected form
     */
    public static UnforwardedResponse parse(CharSequence text) {
        var form = FORM.matcher(text.toString().strip());
        if (!form.matches()) {
            throw new IllegalArgumentException("\"" + text
                    + "\" is not a status of 400 to 599 and a header, such as 429 x-envoy-ratelimited: true.");
        }
        return new UnforwardedResponse(
                Integer.parseInt(form.group(1)), form.group(2).toLowerCase(Locale.ROOT), form.group(3));
    }

    boolean matches(int responseStatus, MultiMap headers) {
        return responseStatus == status
                && headers.getAll(header).stream()
                        .anyMatch(found -> value == null || value.equalsIgnoreCase(found.strip()));
    }
}
