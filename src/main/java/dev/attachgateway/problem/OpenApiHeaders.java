package dev.attachgateway.problem;

import java.util.List;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.models.Components;
import org.eclipse.microprofile.openapi.models.headers.Header;
import org.eclipse.microprofile.openapi.models.media.Schema;
import org.eclipse.microprofile.openapi.models.responses.APIResponse;

/** The response headers that every response may carry, in the OpenAPI document. */
final class OpenApiHeaders {
    private static final List<String> COMMON_RESPONSE_HEADERS =
            List.of("X-Request-Id", "RateLimit", "RateLimit-Policy");

    private OpenApiHeaders() {}

    static void addComponents(Components components) {
        components
                .addHeader(
                        "X-Request-Id",
                        header("Identifies this request in logs, events and the audit log.", "^[0-9a-f]{32}$"))
                .addHeader(
                        "RateLimit",
                        header(
                                        "The number of read requests that the caller may still send to this replica (r), and the"
                                                + " seconds until the full quota of RateLimit-Policy is available again (t). On every"
                                                + " response to an authenticated caller; draft-ietf-httpapi-ratelimit-headers-10.",
                                        "^\"caller\";r=[0-9]+;t=[0-9]+$")
                                .required(false))
                .addHeader(
                        "RateLimit-Policy",
                        header(
                                        "The quota of read requests (q), and the seconds in which the full quota is replenished"
                                                + " (w).",
                                        "^\"caller\";q=[0-9]+;w=[0-9]+$")
                                .required(false));
    }

    static void addReferences(APIResponse response) {
        COMMON_RESPONSE_HEADERS.forEach(
                name -> response.addHeader(name, OASFactory.createHeader().ref("#/components/headers/" + name)));
    }

    private static Header header(String description, String pattern) {
        return OASFactory.createHeader()
                .description(description)
                .schema(OASFactory.createSchema()
                        .addType(Schema.SchemaType.STRING)
                        .pattern(pattern));
    }
}
