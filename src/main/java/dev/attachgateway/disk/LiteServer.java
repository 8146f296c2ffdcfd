package dev.attachgateway.disk;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A Lite Server as ModelArts showed it at one moment.
 *
 * @param id lower-case id of the Lite Server
 * @param status the word ModelArts uses, such as {@code RUNNING} (ModelArts API reference, ShowDevServer)
 * @param type {@code cloud_server.type}: {@code BMS}, {@code ECS} or {@code HPS}
 * @param category {@code HPS} (supernode), {@code SPOD} (rack) or {@code SERVER}
 * @param allIds every id under which EVS may name this server in a disk's attachments
 * @param volumes the disks ModelArts lists on the server
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
     * A disk as the server's own list shows it.
     *
     * @param diskId the disk's id in EVS
     * @param type {@code ROOT} or {@code DATA}
     */
    public record Volume(String diskId, @Nullable String type) {}

    public boolean isReady() {
        return READY_STATUSES.contains(status.toUpperCase(Locale.ROOT));
    }

    public boolean listsDisk(String diskId) {
        return volumes.stream().anyMatch(volume -> volume.diskId().equals(diskId));
    }

    /** Whether it is the system disk, which cannot be taken away. */
    boolean isSystemDisk(String diskId) {
        return volumes.stream()
                .anyMatch(volume -> volume.diskId().equals(diskId) && "ROOT".equalsIgnoreCase(volume.type()));
    }

    /** Whether the server is of one of the kinds given, by its type or by its category: no field of the cloud says "A3". */
    public boolean matchesAnyType(Set<String> kinds) {
        return (type != null && kinds.contains(type)) || (category != null && kinds.contains(category));
    }

    /** Whether the cloud shows the disk on this server: by the disk's attachments or by the server's own list. */
    public boolean hasAttached(Disk disk) {
        return disk.isAttachedToAny(allIds) || listsDisk(disk.id());
    }
}
