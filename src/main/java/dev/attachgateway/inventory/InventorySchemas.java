package dev.attachgateway.inventory;

import dev.attachgateway.disk.CloudIds;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * The guaranteed fields of the cloud's documents; all other fields are passed through (ModelArts API reference,
 * ShowDevServer and ListDevServers; EVS API reference, ShowVolume and ListVolumes).
 */
interface InventorySchemas {
    /** A Lite Server. */
    @Schema(
            name = "DevServer",
            description = "As the cloud shows it, without the disks that the caller may not see.",
            requiredProperties = "id",
            additionalProperties = Schema.True.class)
    record DevServer(
            @Schema(examples = "3f0c9a52-6d1e-4b7a-9c84-2a5e7d10b6f3")
            String id) {}

    /** A page of a project's servers. */
    @Schema(
            name = "DevServers",
            requiredProperties = {"current", "data", "pages", "size", "total"},
            additionalProperties = Schema.True.class)
    record DevServers(
            @Schema(description = "The number of this page, from 1.")
            int current,

            List<DevServer> data,
            int pages,
            @Schema(description = "Servers on a page.") int size,

            @Schema(description = "All servers that the caller may see.")
            int total) {}

    /** An EVS disk. */
    @Schema(
            name = "VolumeDetail",
            description =
                    "As the cloud shows it, without the servers that the caller may not see. Its links lead to the"
                            + " gateway.",
            requiredProperties = "id",
            additionalProperties = Schema.True.class)
    record VolumeDetail(
            @Schema(pattern = CloudIds.UUID_ANY_CASE_REGEX) String id) {}

    /** One disk in its envelope. */
    @Schema(name = "Volume", requiredProperties = "volume", additionalProperties = Schema.True.class)
    record Volume(VolumeDetail volume) {}

    /** A page of a project's disks. */
    @Schema(
            name = "Volumes",
            requiredProperties = {"count", "volumes"},
            additionalProperties = Schema.True.class)
    record Volumes(
            @Schema(description = "All disks that fit and that the caller may see.")
            int count,

            List<VolumeDetail> volumes) {}
}
