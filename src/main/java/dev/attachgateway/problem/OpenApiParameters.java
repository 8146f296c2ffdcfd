package dev.attachgateway.problem;

import dev.attachgateway.disk.CloudIds;
import java.math.BigDecimal;
import java.util.Arrays;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.models.Components;
import org.eclipse.microprofile.openapi.models.media.Schema;
import org.eclipse.microprofile.openapi.models.parameters.Parameter;

/** The parameters of lists and streams in the OpenAPI document. */
final class OpenApiParameters {
    /** The response header with the URL of the next page. */
    static final String LINK_HEADER = "Link";

    private OpenApiParameters() {}

    static void addComponents(Components components) {
        components
                .addParameter(
                        "filter_server", listParameter("server", "Only operations on these servers.", uuidSchema()))
                .addParameter(
                        "filter_volume", listParameter("volume", "Only operations with these disks.", uuidSchema()))
                .addParameter(
                        "filter_status",
                        listParameter(
                                "status",
                                "Only operations with these statuses.",
                                enumSchema("pending", "running", "success", "failed")))
                .addParameter(
                        "filter_type",
                        listParameter(
                                "type",
                                "Only operations of these types.",
                                enumSchema("node_attach_volume", "node_detach_volume")))
                .addParameter(
                        "filter_caller",
                        listParameter(
                                "caller",
                                "Only operations of these callers: issuer, colon, subject. Repeat the parameter for several.",
                                stringSchema().pattern("^[^:]+:.+$").maxLength(512)))
                .addParameter(
                        "limit",
                        queryParameter(
                                "limit",
                                "Operations per page.",
                                OASFactory.createSchema()
                                        .addType(Schema.SchemaType.INTEGER)
                                        .minimum(BigDecimal.ONE)
                                        .maximum(BigDecimal.valueOf(200))
                                        .defaultValue(50)))
                .addParameter(
                        "cursor", queryParameter("cursor", "The value of next on the previous page.", stringSchema()))
                .addParameter(
                        "Last-Event-ID",
                        OASFactory.createParameter()
                                .name("Last-Event-ID")
                                .in(Parameter.In.HEADER)
                                .description("For a stream: the id of the last received event.")
                                .schema(stringSchema())
                                .example("9ff3ee15-42-c04d3f9a"))
                .addParameter(
                        "last_event_id",
                        queryParameter(
                                "last_event_id", "Last-Event-ID for a client that cannot set headers.", stringSchema()))
                .addParameter(
                        "envelope",
                        queryParameter(
                                "envelope",
                                "The data of a stream's events: the operation itself, or a CloudEvents 1.0 event with the"
                                        + " operation as its data. Also a parameter of text/event-stream in Accept.",
                                enumSchema("none", "cloudevents").defaultValue("none")))
                .addParameter(
                        "ticket",
                        queryParameter(
                                "ticket",
                                "For a stream, instead of another credential: a ticket that was issued for it.",
                                stringSchema().pattern("^[A-Za-z0-9_-]{43}$")))
                .addParameter(
                        "dry_run",
                        queryParameter(
                                "dry_run",
                                "true: nothing is begun, and the response reports the result of each check. Prefer is then"
                                        + " ignored, and an idempotency key is looked up but not used.",
                                OASFactory.createSchema()
                                        .addType(Schema.SchemaType.BOOLEAN)
                                        .defaultValue(false)))
                .addHeader(
                        LINK_HEADER,
                        OASFactory.createHeader()
                                .required(false)
                                .description(
                                        "The URL of the next page, with rel=\"next\" (RFC 8288); absent on the last page.")
                                .schema(stringSchema()));
    }

    private static Parameter listParameter(String name, String description, Schema itemSchema) {
        return queryParameter(
                        name,
                        description,
                        OASFactory.createSchema()
                                .addType(Schema.SchemaType.ARRAY)
                                .items(itemSchema))
                .style(Parameter.Style.FORM)
                .explode(true);
    }

    private static Parameter queryParameter(String name, String description, Schema schema) {
        return OASFactory.createParameter()
                .name(name)
                .in(Parameter.In.QUERY)
                .description(description)
                .schema(schema);
    }

    private static Schema uuidSchema() {
        return stringSchema().pattern(CloudIds.UUID_ANY_CASE_REGEX);
    }

    private static Schema enumSchema(String... values) {
        return stringSchema().enumeration(Arrays.asList((Object[]) values));
    }

    private static Schema stringSchema() {
        return OASFactory.createSchema().addType(Schema.SchemaType.STRING);
    }
}
