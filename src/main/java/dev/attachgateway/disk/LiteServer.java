package dev.attachgateway.disk;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A Lite Server as ModelArts reported it at one moment.
 *
 * @param id lower-case id of the Lite Server
 * @param status of ModelArts, such as {@code RUNNING} (ModelArts API reference, ShowDevServer)
 * @param type {@code cloud_server.type}: {@code BMS}, {@code ECS} or {@code HPS}
 * @param category {@code HPS} (supernode), {@code SPOD} (rack) or {@code SERVER}
 * @param allIds every id that EVS may use for this server in a disk's attachments
 * @param volumes the disks that ModelArts lists for the server
 */
public record LiteServer(
        String id,
        String status,
        @Nullable String type,
        @Nullable String category,
        Set<String> allIds,
        List<Volume> volumes) {

    /** Attach is documented for running and stopped servers only (ModelArts API reference, AttachDevServerVolume). */
    private static final Set<String> READY_STATUSES = Set.of("RUNNING", "STOPPED");

    public LiteServer {
        allIds = Set.copyOf(allIds);
        volumes = List.copyOf(volumes);
    }

    /**
     * A disk in the server's own list.
     *
     * @param diskId the disk's id in EVS
     * @param type {@code ROOT} or {@code DATA}
     */
    public record Volume(String diskId, @Nullable String type) {}

    /** Whether the server is in a state that allows attach and detach. */
    public boolean isReady() {
        return READY_STATUSES.contains(status.toUpperCase(Locale.ROOT));
    }

    /** Whether the server's own list has the disk. */
    public boolean listsDisk(String diskId) {
        return volumes.stream().anyMatch(volume -> volume.diskId().equals(diskId));
    }

    /** Whether a disk is the system disk, which cannot be detached. */
    boolean isSystemDisk(String diskId) {
        return volumes.stream()
                .anyMatch(volume -> volume.diskId().equals(diskId) && "ROOT".equalsIgnoreCase(volume.type()));
    }

    /** Whether the server's type or category is one of the given: no field of the cloud shows "A3". */
    public boolean matchesAnyType(Set<String> types) {
        return (type != null && types.contains(type)) || (category != null && types.contains(category));
    }

    /** Whether the disk is attached to this server, according to the disk's attachments or to the server's own list. */
    public boolean hasAttached(Disk disk) {
        return disk.isAttachedToAny(allIds) || listsDisk(disk.id());
    }
}
