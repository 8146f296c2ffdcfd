package dev.attachgateway.operation.api;

import dev.attachgateway.request.InvalidRequestException;
import dev.attachgateway.stream.sse.EventEnvelope;
import io.vertx.core.MultiMap;
import io.vertx.ext.web.ParsedHeaderValue;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The client's preference for a stream, from {@code Accept}.
 *
 * @param prefersStream whether a stream is preferred to JSON; a wildcard, no type or equal weights select JSON
 * @param acceptEnvelope the parameter {@code envelope} of the media type, in lower case; null when it has none
 */
record StreamNegotiation(boolean prefersStream, @Nullable String acceptEnvelope) {
    /** Name of the media type parameter and of the equivalent query parameter. */
    static final String ENVELOPE = "envelope";

    /** Query parameters that apply to streams only. */
    static final List<String> STREAM_PARAMETERS = List.of(ENVELOPE, "last_event_id");

    /** Query parameter with the ticket that authenticates a browser; the authenticator reads it. */
    static final String TICKET = "ticket";

    private static final Pattern WEIGHT =
            Pattern.compile(";\\s*q=([01](?:\\.[0-9]{0,3})?)\\s*(?:;|$)", Pattern.CASE_INSENSITIVE);

    static StreamNegotiation fromAccept(List<? extends ParsedHeaderValue> accept) {
        var stream = bestMatch(accept, "text/event-stream");
        var json = bestMatch(accept, "application/json");
        return new StreamNegotiation(
                stream.map(StreamNegotiation::weight).orElse(0f)
                        > json.map(StreamNegotiation::weight).orElse(0f),
                stream.map(mediaType -> mediaType.parameter(ENVELOPE)).orElse(null));
    }

    private static Optional<? extends ParsedHeaderValue> bestMatch(
            List<? extends ParsedHeaderValue> accept, String type) {
        return accept.stream()
                .filter(mediaType ->
                        type.equalsIgnoreCase(mediaType.value().split(";", 2)[0].strip()))
                .max(Comparator.comparing(StreamNegotiation::weight));
    }

    /** The weight with the three decimals of RFC 9110, section 12.4.2; the header's own parser keeps two. */
    private static float weight(ParsedHeaderValue mediaType) {
        var match = WEIGHT.matcher(mediaType.rawValue());
        return match.find() ? Float.parseFloat(match.group(1)) : mediaType.weight();
    }

    /** The requested envelope; the query parameter, for clients that cannot set headers, takes precedence. */
    EventEnvelope resolveEnvelope(MultiMap query, InvalidRequestException.RequestValidation requestValidation) {
        var name = query.contains(ENVELOPE) ? query.get(ENVELOPE) : acceptEnvelope;
        if (name == null) {
            return EventEnvelope.NONE;
        }
        return EventEnvelope.named(name).orElseGet(() -> {
            requestValidation.addViolation(ENVELOPE, "has to be among cloudevents, none");
            return EventEnvelope.NONE;
        });
    }
}
