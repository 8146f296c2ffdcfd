package dev.attachgateway.problem;

import dev.attachgateway.disk.CloudIds;
import java.math.BigDecimal;
import java.util.Arrays;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.models.Components;
import org.eclipse.microprofile.openapi.models.media.Schema;
import org.eclipse.microprofile.openapi.models.parameters.Parameter;

/** The parameters of lists and streams in the API's document. */
final class OpenApiParameters {
    /** Where the next page is. */
    static final String LINK = "Link";

    private OpenApiParameters() {}

    static void describe(Components components) {
        components
                .addParameter("filter_server", list("server", "Only operations on these servers.", uuid()))
                .addParameter("filter_volume", list("volume", "Only operations with these disks.", uuid()))
                .addParameter(
                        "filter_status",
                        list(
                                "status",
                                "Only operations with these statuses.",
                                words("pending", "running", "success", "failed")))
                .addParameter(
                        "filter_type",
                        list(
                                "type",
                                "Only operations of these types.",
                                words("node_attach_volume", "node_detach_volume")))
                .addParameter(
                        "filter_caller",
                        list(
                                "caller",
                                "Only operations of these callers: issuer, colon, subject. Repeated for several.",
                                string().pattern("^[^:]+:.+$").maxLength(512)))
                .addParameter(
                        "limit",
                        query(
                                "limit",
                                "Operations on a page.",
                                OASFactory.createSchema()
                                        .addType(Schema.SchemaType.INTEGER)
                                        .minimum(BigDecimal.ONE)
                                        .maximum(BigDecimal.valueOf(200))
                                        .defaultValue(50)))
                .addParameter(
                        "cursor",
                        query("cursor", "The value of next on the page before, for the page after it.", string()))
                .addParameter(
                        "Last-Event-ID",
                        OASFactory.createParameter()
                                .name("Last-Event-ID")
                                .in(Parameter.In.HEADER)
                                .description("For a stream: the id of the last event that was received.")
                                .schema(string())
                                .example("9ff3ee15-42-c04d3f9a"))
                .addParameter(
                        "last_event_id",
                        query("last_event_id", "The same for a client that cannot set headers.", string()))
                .addParameter(
                        "envelope",
                        query(
                                "envelope",
                                "What the data of a stream's events is: the operation itself, or a CloudEvents 1.0 event"
                                        + " with the operation for its data. Also a parameter of text/event-stream in Accept.",
                                words("none", "cloudevents").defaultValue("none")))
                .addParameter(
                        "ticket",
                        query(
                                "ticket",
                                "For a stream, and instead of another credential: a ticket that was made for it.",
                                string().pattern("^[A-Za-z0-9_-]{43}$")))
                .addParameter(
                        "dry_run",
                        query(
                                "dry_run",
                                "true: nothing is begun, and the answer says of each check what it found. Prefer is ignored then,"
                                        + " and a key is looked up and not used.",
                                OASFactory.createSchema()
                                        .addType(Schema.SchemaType.BOOLEAN)
                                        .defaultValue(false)))
                .addHeader(
                        LINK,
                        OASFactory.createHeader()
                                .required(false)
                                .description(
                                        "The address of the next page, with rel=\"next\" (RFC 8288); not on the last.")
                                .schema(string()));
    }

    private static Parameter list(String name, String description, Schema item) {
        return query(
                        name,
                        description,
                        OASFactory.createSchema()
                                .addType(Schema.SchemaType.ARRAY)
                                .items(item))
                .style(Parameter.Style.FORM)
                .explode(true);
    }

    private static Parameter query(String name, String description, Schema schema) {
        return OASFactory.createParameter()
                .name(name)
                .in(Parameter.In.QUERY)
                .description(description)
                .schema(schema);
    }

    private static Schema uuid() {
        return string().pattern(CloudIds.UUID_ANY_CASE_REGEX);
    }

    private static Schema words(String... words) {
        return string().enumeration(Arrays.asList((Object[]) words));
    }

    private static Schema string() {
        return OASFactory.createSchema().addType(Schema.SchemaType.STRING);
    }
}
