package dev.attachgateway.access.ticket;

import dev.attachgateway.access.authentication.AuthenticatedCaller;
import dev.attachgateway.access.authentication.AuthenticationMechanism;
import dev.attachgateway.access.authentication.NotAuthenticatedException;
import dev.attachgateway.access.authentication.OpaqueToken;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.ParsedHeaderValue;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jboss.logging.Logger;

/**
 * Authentication by a ticket in the query, for an EventSource, which cannot send headers. A ticket authenticates the caller
 * it was issued to, until the caller's credential expires, on the one stream that it was issued for. A ticket presented
 * anywhere else is consumed as well, since it must have leaked.
 */
@Singleton
final class TicketAuthentication implements AuthenticationMechanism {
    private static final Logger LOG = Logger.getLogger(TicketAuthentication.class);
    /** The query parameter that carries the ticket. */
    static final String PARAMETER = "ticket";

    private static final String EVENT_STREAM = "text/event-stream";

    /** Matches the query as sent: a query that cannot be decoded is rejected elsewhere. */
    private static final Pattern PARAMETER_PATTERN = Pattern.compile("(?:^|&)" + PARAMETER + "=([^&]*)");

    private final TicketStore ticketStore;

    TicketAuthentication(TicketStore ticketStore) {
        this.ticketStore = ticketStore;
    }

    @Override
    public boolean isUsedBy(HttpServerRequest request) {
        return !sentTickets(request).isEmpty();
    }

    @Override
    public Uni<AuthenticatedCaller> authenticate(RoutingContext exchange) {
        List<String> sent = sentTickets(exchange.request());
        Optional<OpaqueToken> ticket = sent.size() == 1 ? OpaqueToken.parse(sent.getFirst()) : Optional.empty();
        if (ticket.isEmpty()) {
            throw NotAuthenticatedException.invalidTicket();
        }
        return ticketStore.consume(ticket.get()).map(consumed -> {
            TicketStore.ConsumedTicket found = consumed.orElseThrow(() -> rejected("none"));
            if (!requestsEventStream(exchange)) {
                throw rejected("no stream");
            }
            if (!found.target().equals(TicketTarget.of(exchange.normalizedPath(), exchange.queryParams()))) {
                throw rejected("another stream");
            }
            if (!found.origin().isOriginOf(exchange.request())) {
                throw rejected("another origin");
            }
            return found.caller();
        });
    }

    private static List<String> sentTickets(HttpServerRequest request) {
        String query = request.query();
        return query == null
                ? List.of()
                : PARAMETER_PATTERN
                        .matcher(query)
                        .results()
                        .map(match -> match.group(1))
                        .toList();
    }

    /** Whether the request is a GET that accepts an event stream only, as an EventSource sends it. */
    private static boolean requestsEventStream(RoutingContext exchange) {
        List<? extends ParsedHeaderValue> accept = exchange.parsedHeaders().accept();
        return HttpMethod.GET.equals(exchange.request().method())
                && !accept.isEmpty()
                && accept.stream()
                        .allMatch(mediaType -> EVENT_STREAM.equalsIgnoreCase(
                                mediaType.value().split(";", 2)[0].strip()));
    }

    private static NotAuthenticatedException rejected(String reason) {
        LOG.debugf("Ticket rejected reason=%s", reason);
        return NotAuthenticatedException.invalidTicket();
    }
}
