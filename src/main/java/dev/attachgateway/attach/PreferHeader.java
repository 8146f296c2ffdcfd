package dev.attachgateway.attach;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * How long a caller wants to wait for the response (RFC 7240, "Prefer Header for HTTP").
 *
 * @param waitTime the wait, limited by the gateway's maximum; zero for an immediate response
 * @param respondAsync whether the caller prefers an asynchronous response
 * @param preferenceApplied the value of {@code Preference-Applied}; empty when no preference was applied
 */
record PreferHeader(Duration waitTime, boolean respondAsync, Optional<String> preferenceApplied) {
    private static final Pattern WAIT_FORMAT = Pattern.compile("wait\\s*=\\s*\"?([0-9]{1,6})\"?");

    /**
     * Parses the headers; unknown and malformed preferences are ignored, as the RFC requires.
     *
     * @param headers all {@code Prefer} headers of the request
     * @param defaultWait the wait without a preference
     * @param maxWait the maximum wait
     */
    static PreferHeader parse(List<String> headers, Duration defaultWait, Duration maxWait) {
        var wait = Optional.<Duration>empty();
        var async = false;
        for (var header : headers) {
            for (var preference : header.split(",", -1)) {
                var token = preference.split(";", -1)[0].strip().toLowerCase(Locale.ROOT);
                var match = WAIT_FORMAT.matcher(token);
                if (token.equals("respond-async")) {
                    async = true;
                } else if (wait.isEmpty() && match.matches()) {
                    wait = Optional.of(Duration.ofSeconds(Long.parseLong(match.group(1))));
                }
            }
        }
        return resolve(wait, async, defaultWait, maxWait);
    }

    private static PreferHeader resolve(
            Optional<Duration> requested, boolean async, Duration defaultWait, Duration maxWait) {
        // Both together mean: respond asynchronously if it takes longer than that (RFC 7240, section 4.3).
        if (requested.isEmpty()) {
            return async
                    ? new PreferHeader(Duration.ZERO, true, Optional.of("respond-async"))
                    : new PreferHeader(defaultWait, false, Optional.empty());
        }
        var granted = requested.get().compareTo(maxWait) > 0 ? maxWait : requested.get();
        var applied = "wait=" + granted.toSeconds();
        return new PreferHeader(granted, async, Optional.of(async ? "respond-async, " + applied : applied));
    }
}
