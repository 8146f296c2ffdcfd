package dev.attachgateway.access;

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
 * @param text two that are equal name the same stream
 */
public record StreamTarget(String text) {
    /** What a client may add to the address that its ticket was made for. */
    private static final Set<String> FREE = Set.of(TicketScheme.PARAMETER, "last_event_id");

    /**
     * The stream at an address.
     *
     * @param path as it is sent
     * @param query decoded
     */
    public static StreamTarget of(String path, MultiMap query) {
        return new StreamTarget(query.entries().stream()
                .filter(each -> !FREE.contains(each.getKey()))
                .map(StreamTarget::encoded)
                .sorted()
                .collect(Collectors.joining("&", path + "?", "")));
    }

    private static String encoded(Map.Entry<String, String> parameter) {
        return encoded(parameter.getKey()) + "=" + encoded(parameter.getValue());
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
