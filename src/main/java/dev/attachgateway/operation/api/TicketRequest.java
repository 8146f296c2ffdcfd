package dev.attachgateway.operation.api;

import dev.attachgateway.access.browser.Origin;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** The body of a request for a ticket: the stream, and the origin of the page that will open it. */
@Schema(name = "TicketRequest", requiredProperties = "path")
record TicketRequest(
        @Nullable
        @Schema(
                description =
                        "The path and query of the stream, from the first slash on: the project's operations with any"
                                + " of the filters, or one operation; with envelope if wanted. last_event_id is not part of it:"
                                + " the page appends it to the url in the response.",
                maxLength = 4096,
                examples = "/v1/0123456789abcdef0123456789abcdef/dev-servers/operations?status=running")
        String path,

        @Nullable
        @Schema(
                description =
                        "The origin of the page that opens the stream, in the form of the Origin header; by default the"
                                + " value of that header. When both are present they have to be the same.",
                pattern = Origin.REGEX,
                examples = "https://console.example.com")
        String origin) {}
