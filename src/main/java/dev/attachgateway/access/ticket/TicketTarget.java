package dev.attachgateway.access.ticket;

import io.vertx.core.MultiMap;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The one stream that a ticket opens: path and query, regardless of the order of the parameters and without the position at
 * which the stream starts.
 *
 * @param normalizedUrl equal for equal streams
 */
public record TicketTarget(String normalizedUrl) {
    /** Parameters that a client may add to the URL that its ticket was issued for. */
    private static final Set<String> IGNORED_PARAMETERS = Set.of(TicketAuthentication.PARAMETER, "last_event_id");

    /**
     * The target of a stream URL.
     *
     * @param path as sent
     * @param query decoded
     */
    public static TicketTarget of(String path, MultiMap query) {
        return new TicketTarget(query.entries().stream()
                .filter(parameter -> !IGNORED_PARAMETERS.contains(parameter.getKey()))
                .map(TicketTarget::encode)
                .sorted()
                .collect(Collectors.joining("&", path + "?", "")));
    }

    private static String encode(Map.Entry<String, String> parameter) {
        return encode(parameter.getKey()) + "=" + encode(parameter.getValue());
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
