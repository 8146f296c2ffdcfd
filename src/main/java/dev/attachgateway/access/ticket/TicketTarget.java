package dev.attachgateway.access.ticket;

import io.vertx.core.MultiMap;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The one stream that a ticket opens: its path and its query, whatever the order of the parameters. Where in the stream to
 * begin is not a part of it.
 *
 * @param normalizedUrl two that are equal name the same stream
 */
public record TicketTarget(String normalizedUrl) {
    /** What a client may add to the address that its ticket was made for. */
    private static final Set<String> IGNORED_PARAMETERS = Set.of(TicketAuthentication.PARAMETER, "last_event_id");

    /**
     * The stream at an address.
     *
     * @param path as it is sent
     * @param query decoded
     */
    public static TicketTarget of(String path, MultiMap query) {
        return new TicketTarget(query.entries().stream()
                .filter(each -> !IGNORED_PARAMETERS.contains(each.getKey()))
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
