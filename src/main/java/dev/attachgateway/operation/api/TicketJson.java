package dev.attachgateway.operation.api;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import dev.attachgateway.access.ticket.TicketStore;
import dev.attachgateway.operation.model.OperationJson;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * A ticket as its caller gets it.
 *
 * @param url the URL of the stream with the ticket, relative to the gateway
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
@Schema(
        name = "Ticket",
        requiredProperties = {"ticket", "url", "expires_at"})
record TicketJson(
        @Schema(description = "Opens the stream once.", pattern = "^[A-Za-z0-9_-]{43}$")
        String ticket,

        @Schema(description = "The URL of the stream with the ticket, relative to the origin of the gateway.")
        String url,

        @Schema(format = "date-time") String expiresAt) {

    static TicketJson of(TicketStore.IssuedTicket ticket, String path) {
        var url = path + (path.contains("?") ? "&" : "?") + StreamNegotiation.TICKET + "=" + ticket.secret();
        return new TicketJson(ticket.secret(), url, OperationJson.formatTimestamp(ticket.expiresAt()));
    }

    /** Without the ticket, which is a secret. */
    @Override
    public String toString() {
        return "TicketJson[expiresAt=" + expiresAt + "]";
    }
}
