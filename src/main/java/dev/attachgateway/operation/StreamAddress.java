package dev.attachgateway.operation;

import dev.attachgateway.access.ticket.TicketTarget;
import dev.attachgateway.disk.CloudIds;
import dev.attachgateway.stream.Filter;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.vertx.core.MultiMap;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The address of a stream, as somebody names it beforehand.
 *
 * @param at the one operation, or null for the project's feed
 * @param filter of the feed
 */
record StreamAddress(TicketTarget target, @Nullable Address at, Filter filter) {
    private static final int LONGEST = 4096;

    /** Without anything that could be written in several ways: it has to be the same, letter by letter, later. */
    private static final Pattern FORM = Pattern.compile(
            "/v1/([0-9A-Za-z-]{1,64})/dev-servers/(?:operations|([0-9A-Za-z-]{36})/operation/([0-9A-Za-z-]{36}))");

    private static final List<String> ENVELOPE = List.of(StreamWish.ENVELOPE);
    private static final List<String> FEED =
            Stream.concat(FilterParameters.NAMES.stream(), ENVELOPE.stream()).toList();

    /**
     * Reads an address.
     *
     * @param projectId the project that it has to be of, in lower case
     * @param look what has been found wrong with the request so far; it ends here
     * @throws InvalidRequest when anything is wrong
     */
    static StreamAddress read(@Nullable String path, String projectId, InvalidRequest.Look look) {
        if (path == null || path.length() > LONGEST) {
            throw look.wrong("path", path == null ? "is missing" : "is longer than 4096 characters")
                    .asFailure();
        }
        var parts = path.split("\\?", 2);
        var form = FORM.matcher(parts[0]);
        if (!form.matches()) {
            throw look.wrong(
                            "path",
                            "has to be the path of a stream: /v1/{project_id}/dev-servers/operations or"
                                    + " /v1/{project_id}/dev-servers/{id}/operation/{operation_id}")
                    .asFailure();
        }
        if (!CloudIds.normalize(form.group(1)).equals(projectId)) {
            look.wrong("path", "has to be of the project that the ticket is asked for in");
        }
        var query = query(parts.length > 1 ? parts[1] : "", look);
        look.onlyParameters(query.names(), form.group(2) == null ? FEED : ENVELOPE);
        new StreamWish(true, null).envelope(query, look);
        var target = TicketTarget.of(parts[0], query);
        if (form.group(2) != null) {
            return new StreamAddress(target, Address.of(projectId, form.group(2), form.group(3), look), Filter.ALL);
        }
        var filter = FilterParameters.read(query, look);
        look.end();
        return new StreamAddress(target, null, filter);
    }

    private static MultiMap query(String text, InvalidRequest.Look look) {
        var query = MultiMap.caseInsensitiveMultiMap();
        try {
            new QueryStringDecoder(text, false).parameters().forEach(query::add);
        } catch (IllegalArgumentException e) {
            look.wrong("path", "has a query that cannot be decoded");
        }
        return query;
    }
}
