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
 * What a client says about a stream in {@code Accept}.
 *
 * @param prefersStream whether a stream is wished for, and JSON less: any type, no type or an equal wish is JSON
 * @param acceptEnvelope the parameter {@code envelope} of the type, in lower case; null when it has none
 */
record StreamNegotiation(boolean prefersStream, @Nullable String acceptEnvelope) {
    /** The parameter of the type, and the name of the query parameter that says the same. */
    static final String ENVELOPE = "envelope";

    /** The query parameters that only say something about a stream. */
    static final List<String> STREAM_PARAMETERS = List.of(ENVELOPE, "last_event_id");

    /** The query parameter that a browser shows who it is with; the doorman takes it. */
    static final String TICKET = "ticket";

    private static final Pattern WEIGHT =
            Pattern.compile(";\\s*q=([01](?:\\.[0-9]{0,3})?)\\s*(?:;|$)", Pattern.CASE_INSENSITIVE);

    static StreamNegotiation fromAccept(List<? extends ParsedHeaderValue> accept) {
        var stream = bestMatch(accept, "text/event-stream");
        var json = bestMatch(accept, "application/json");
        return new StreamNegotiation(
                stream.map(StreamNegotiation::weight).orElse(0f)
                        > json.map(StreamNegotiation::weight).orElse(0f),
                stream.map(wish -> wish.parameter(ENVELOPE)).orElse(null));
    }

    private static Optional<? extends ParsedHeaderValue> bestMatch(
            List<? extends ParsedHeaderValue> accept, String type) {
        return accept.stream()
                .filter(wish ->
                        type.equalsIgnoreCase(wish.value().split(";", 2)[0].strip()))
                .max(Comparator.comparing(StreamNegotiation::weight));
    }

    /** To the three decimals that RFC 9110, section 12.4.2, has; the header's own parser keeps two. */
    private static float weight(ParsedHeaderValue wish) {
        var said = WEIGHT.matcher(wish.rawValue());
        return said.find() ? Float.parseFloat(said.group(1)) : wish.weight();
    }

    /** The envelope that is asked for; the query says it for clients that cannot set headers, and wins. */
    EventEnvelope resolveEnvelope(MultiMap query, InvalidRequestException.RequestValidation requestValidation) {
        var asked = query.contains(ENVELOPE) ? query.get(ENVELOPE) : acceptEnvelope;
        if (asked == null) {
            return EventEnvelope.NONE;
        }
        return EventEnvelope.named(asked).orElseGet(() -> {
            requestValidation.addViolation(ENVELOPE, "has to be among cloudevents, none");
            return EventEnvelope.NONE;
        });
    }
}
