package dev.attachgateway.problem;

import java.util.List;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.models.Components;
import org.eclipse.microprofile.openapi.models.headers.Header;
import org.eclipse.microprofile.openapi.models.media.Schema;
import org.eclipse.microprofile.openapi.models.responses.APIResponse;

/** The headers that every answer may carry, in the API's document. */
final class OpenApiHeaders {
    private static final List<String> ALL = List.of("X-Request-Id", "RateLimit", "RateLimit-Policy");

    private OpenApiHeaders() {}

    static void describe(Components components) {
        components
                .addHeader(
                        "X-Request-Id",
                        header("Names this request in logs, events and the audit record.", "^[0-9a-f]{32}$"))
                .addHeader(
                        "RateLimit",
                        header(
                                        "How many requests that only read the caller may still send to this replica (r), and the seconds"
                                                + " until it may send all that RateLimit-Policy names (t). On every answer to a known caller;"
                                                + " draft-ietf-httpapi-ratelimit-headers-10.",
                                        "^\"caller\";r=[0-9]+;t=[0-9]+$")
                                .required(false))
                .addHeader(
                        "RateLimit-Policy",
                        header(
                                        "How many requests that only read are let in at once (q), and the seconds in which so many are"
                                                + " let in again (w).",
                                        "^\"caller\";q=[0-9]+;w=[0-9]+$")
                                .required(false));
    }

    static void add(APIResponse response) {
        ALL.forEach(name -> response.addHeader(name, OASFactory.createHeader().ref("#/components/headers/" + name)));
    }

    private static Header header(String description, String pattern) {
        return OASFactory.createHeader()
                .description(description)
                .schema(OASFactory.createSchema()
                        .addType(Schema.SchemaType.STRING)
                        .pattern(pattern));
    }
}
