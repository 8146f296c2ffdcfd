package dev.attachgateway.attach;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * How long a caller wants to wait for the answer (RFC 7240, "Prefer Header for HTTP").
 *
 * @param waitTime never longer than the gateway's own limit; zero for an answer at once
 * @param respondAsync whether the caller asked not to wait
 * @param preferenceApplied what {@code PreferHeader-Applied} says; empty when no preference was honoured
 */
record PreferHeader(Duration waitTime, boolean respondAsync, Optional<String> preferenceApplied) {
    private static final Pattern WAIT_FORMAT = Pattern.compile("wait\\s*=\\s*\"?([0-9]{1,6})\"?");

    /**
     * Reads the headers; preferences that are unknown or malformed are ignored, as the RFC demands.
     *
     * @param headers each {@code Prefer} header of the request
     * @param standard the wait when none is asked for
     * @param most the longest wait that is granted
     */
    static PreferHeader parse(List<String> headers, Duration standard, Duration most) {
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
        return resolve(wait, async, standard, most);
    }

    /** How long a failure to look at server and disk is the caller's to hear of; whoever said respond-async leaves it to us. */
    Duration responseTimeout() {
        return respondAsync ? Duration.ZERO : waitTime;
    }

    private static PreferHeader resolve(Optional<Duration> asked, boolean async, Duration standard, Duration most) {
        // Both together mean: answer asynchronously if it takes longer than that (RFC 7240, section 4.3).
        if (asked.isEmpty()) {
            return async
                    ? new PreferHeader(Duration.ZERO, true, Optional.of("respond-async"))
                    : new PreferHeader(standard, false, Optional.empty());
        }
        var granted = asked.get().compareTo(most) > 0 ? most : asked.get();
        var applied = "wait=" + granted.toSeconds();
        return new PreferHeader(granted, async, Optional.of(async ? "respond-async, " + applied : applied));
    }
}
