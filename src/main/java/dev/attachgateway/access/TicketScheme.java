package dev.attachgateway.access;

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
 * A ticket in the query, for an EventSource, which cannot send headers. It stands for the caller who fetched it, until the
 * end of his credential, on the one stream that it was made for. Presented anywhere else it is used up as well: whoever does
 * so has found it.
 */
@Singleton
final class TicketScheme implements Scheme {
    private static final Logger LOG = Logger.getLogger(TicketScheme.class);
    /** The query parameter that carries it. */
    static final String PARAMETER = "ticket";

    private static final String STREAM = "text/event-stream";

    /** In the query as it was sent: what cannot be decoded is for others to refuse. */
    private static final Pattern SENT = Pattern.compile("(?:^|&)" + PARAMETER + "=([^&]*)");

    private final Tickets tickets;

    TicketScheme(Tickets tickets) {
        this.tickets = tickets;
    }

    @Override
    public boolean isUsedBy(HttpServerRequest request) {
        return !sent(request).isEmpty();
    }

    @Override
    public Uni<Authenticated> authenticate(RoutingContext exchange) {
        List<String> sent = sent(exchange.request());
        Optional<OpaqueToken> ticket = sent.size() == 1 ? OpaqueToken.presented(sent.getFirst()) : Optional.empty();
        if (ticket.isEmpty()) {
            throw NotAuthenticated.ticket();
        }
        return tickets.take(ticket.get()).map(taken -> {
            Tickets.Taken found = taken.orElseThrow(() -> refused("none"));
            if (!asksForAStream(exchange)) {
                throw refused("no stream");
            }
            if (!found.target().equals(StreamTarget.of(exchange.normalizedPath(), exchange.queryParams()))) {
                throw refused("another stream");
            }
            if (!found.origin().sent(exchange.request())) {
                throw refused("another origin");
            }
            return found.caller();
        });
    }

    private static List<String> sent(HttpServerRequest request) {
        String query = request.query();
        return query == null
                ? List.of()
                : SENT.matcher(query).results().map(each -> each.group(1)).toList();
    }

    /** As an EventSource does: with nothing else that it would take. */
    private static boolean asksForAStream(RoutingContext exchange) {
        List<? extends ParsedHeaderValue> accept = exchange.parsedHeaders().accept();
        return HttpMethod.GET.equals(exchange.request().method())
                && !accept.isEmpty()
                && accept.stream()
                        .allMatch(wish -> STREAM.equalsIgnoreCase(
                                wish.value().split(";", 2)[0].strip()));
    }

    private static NotAuthenticated refused(String reason) {
        LOG.debugf("Ticket refused reason=%s", reason);
        return NotAuthenticated.ticket();
    }
}
