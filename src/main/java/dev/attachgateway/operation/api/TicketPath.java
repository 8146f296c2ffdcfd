package dev.attachgateway.operation.api;

import dev.attachgateway.access.ticket.TicketTarget;
import dev.attachgateway.disk.CloudIds;
import dev.attachgateway.operation.model.OperationPath;
import dev.attachgateway.request.InvalidRequestException;
import dev.attachgateway.stream.eventlog.EventFilter;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.vertx.core.MultiMap;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The address of a stream, as somebody names it beforehand.
 *
 * @param operationPath the one operation, or null for the project's feed
 * @param filter of the feed
 */
record TicketPath(TicketTarget target, @Nullable OperationPath operationPath, EventFilter filter) {
    private static final int MAX_LENGTH = 4096;

    /** Without anything that could be written in several ways: it has to be the same, letter by letter, later. */
    private static final Pattern FORMAT = Pattern.compile(
            "/v1/([0-9A-Za-z-]{1,64})/dev-servers/(?:operations|([0-9A-Za-z-]{36})/operation/([0-9A-Za-z-]{36}))");

    private static final List<String> OPERATION_PARAMETERS = List.of(StreamNegotiation.ENVELOPE);
    private static final List<String> FEED_PARAMETERS = Stream.concat(
                    OperationFilterParameters.NAMES.stream(), OPERATION_PARAMETERS.stream())
            .toList();

    /**
     * Reads an address.
     *
     * @param projectId the project that it has to be of, in lower case
     * @param requestValidation what has been found wrong with the request so far; it ends here
     * @throws InvalidRequestException when anything is wrong
     */
    static TicketPath parse(
            @Nullable String path, String projectId, InvalidRequestException.RequestValidation requestValidation) {
        if (path == null || path.length() > MAX_LENGTH) {
            throw requestValidation
                    .addViolation("path", path == null ? "is missing" : "is longer than 4096 characters")
                    .toException();
        }
        var parts = path.split("\\?", 2);
        var form = FORMAT.matcher(parts[0]);
        if (!form.matches()) {
            throw requestValidation
                    .addViolation(
                            "path",
                            "has to be the path of a stream: /v1/{project_id}/dev-servers/operations or"
                                    + " /v1/{project_id}/dev-servers/{id}/operation/{operation_id}")
                    .toException();
        }
        if (!CloudIds.normalize(form.group(1)).equals(projectId)) {
            requestValidation.addViolation("path", "has to be of the project that the ticket is asked for in");
        }
        var query = parseQuery(parts.length > 1 ? parts[1] : "", requestValidation);
        requestValidation.allowListedParameters(
                query.names(), form.group(2) == null ? FEED_PARAMETERS : OPERATION_PARAMETERS);
        new StreamNegotiation(true, null).resolveEnvelope(query, requestValidation);
        var target = TicketTarget.of(parts[0], query);
        if (form.group(2) != null) {
            return new TicketPath(
                    target,
                    OperationPath.parse(projectId, form.group(2), form.group(3), requestValidation),
                    EventFilter.ALL);
        }
        var filter = OperationFilterParameters.parse(query, requestValidation);
        requestValidation.throwIfInvalid();
        return new TicketPath(target, null, filter);
    }

    private static MultiMap parseQuery(String text, InvalidRequestException.RequestValidation requestValidation) {
        var query = MultiMap.caseInsensitiveMultiMap();
        try {
            new QueryStringDecoder(text, false).parameters().forEach(query::add);
        } catch (IllegalArgumentException e) {
            requestValidation.addViolation("path", "has a query that cannot be decoded");
        }
        return query;
    }
}
