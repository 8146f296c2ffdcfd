package dev.attachgateway.operation.api;

import dev.attachgateway.access.browser.Origin;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** The body of a request for a ticket: which stream, and whose page will open it. */
@Schema(name = "TicketRequest", requiredProperties = "path")
record TicketRequest(
        @Nullable
        @Schema(
                description = "The address of the stream, from the first slash on: the project's operations with any of"
                        + " the filters, or one operation; with envelope if it is wished for. Where to begin"
                        + " (last_event_id) is added to the url in the answer.",
                maxLength = 4096,
                examples = "/v1/0123456789abcdef0123456789abcdef/dev-servers/operations?status=running")
        String path,

        @Nullable
        @Schema(
                description = "The origin of the page that opens the stream, as browsers write it; by default what the"
                        + " header Origin says. When both are there they have to be the same.",
                pattern = Origin.REGEX,
                examples = "https://console.example.com")
        String origin) {}
