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
 * The path and query of the stream that a ticket is requested for.
 *
 * @param operationPath the one operation, or null for the project's feed
 * @param filter the filter of the feed
 */
record TicketPath(TicketTarget target, @Nullable OperationPath operationPath, EventFilter filter) {
    private static final int MAX_LENGTH = 4096;

    /** Without percent-encoding or other alternative spellings: the stream's request has to match it exactly. */
    private static final Pattern FORMAT = Pattern.compile(
            "/v1/([0-9A-Za-z-]{1,64})/dev-servers/(?:operations|([0-9A-Za-z-]{36})/operation/([0-9A-Za-z-]{36}))");

    private static final List<String> OPERATION_PARAMETERS = List.of(StreamNegotiation.ENVELOPE);
    private static final List<String> FEED_PARAMETERS = Stream.concat(
                    OperationFilterParameters.NAMES.stream(), OPERATION_PARAMETERS.stream())
            .toList();

    /**
     * Parses a path with its query.
     *
     * @param projectId the project that it has to belong to, in lower case
     * @param requestValidation the violations found so far; checked at the end of this method
     * @throws InvalidRequestException when there are violations
     */
    static TicketPath parse(
            @Nullable String path, String projectId, InvalidRequestException.RequestValidation requestValidation) {
        if (path == null || path.length() > MAX_LENGTH) {
            throw requestValidation
                    .addViolation("path", path == null ? "is missing" : "is longer than 4096 characters")
                    .toException();
        }
        var parts = path.split("\\?", 2);
        var match = FORMAT.matcher(parts[0]);
        if (!match.matches()) {
            throw requestValidation
                    .addViolation(
                            "path",
                            "has to be the path of a stream: /v1/{project_id}/dev-servers/operations or"
                                    + " /v1/{project_id}/dev-servers/{id}/operation/{operation_id}")
                    .toException();
        }
        if (!CloudIds.normalize(match.group(1)).equals(projectId)) {
            requestValidation.addViolation("path", "has to be of the project that the ticket is requested in");
        }
        var query = parseQuery(parts.length > 1 ? parts[1] : "", requestValidation);
        requestValidation.allowListedParameters(
                query.names(), match.group(2) == null ? FEED_PARAMETERS : OPERATION_PARAMETERS);
        new StreamNegotiation(true, null).resolveEnvelope(query, requestValidation);
        var target = TicketTarget.of(parts[0], query);
        if (match.group(2) != null) {
            return new TicketPath(
                    target,
                    OperationPath.parse(projectId, match.group(2), match.group(3), requestValidation),
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
