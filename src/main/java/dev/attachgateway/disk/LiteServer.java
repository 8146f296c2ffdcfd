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
 * @param idsOfOthers ids that certainly are those of other servers; empty unless they were looked up
 */
public record LiteServer(
        String id,
        String status,
        @Nullable String type,
        @Nullable String category,
        Set<String> allIds,
        List<Volume> volumes,
        Set<String> idsOfOthers) {

    /** Attach is documented for running and stopped servers only (ModelArts API reference, AttachDevServerVolume). */
    private static final Set<String> READY_STATUSES = Set.of("RUNNING", "STOPPED");

    public LiteServer {
        allIds = Set.copyOf(allIds);
        volumes = List.copyOf(volumes);
        idsOfOthers = Set.copyOf(idsOfOthers);
    }

    /** A server for which no ids of other servers were looked up. */
    public LiteServer(
            String id,
            String status,
            @Nullable String type,
            @Nullable String category,
            Set<String> allIds,
            List<Volume> volumes) {
        this(id, status, type, category, allIds, volumes, Set.of());
    }

    /** The same server with ids that are known to be those of other servers. */
    public LiteServer withIdsOfOthers(Set<String> ids) {
        return new LiteServer(id, status, type, category, allIds, volumes, ids);
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

    /** Whether the server lists a disk that EVS shows only under ids that are not known to be this server's. */
    public boolean disputes(Disk disk) {
        return listsDisk(disk.id()) && !disk.attachments().isEmpty() && !disk.isAttachedToAny(allIds);
    }

    /** Whether a disk is the system disk, which cannot be detached. */
    boolean isSystemDisk(String diskId) {
        return volumes.stream()
                .anyMatch(volume -> volume.diskId().equals(diskId) && "ROOT".equalsIgnoreCase(volume.type()));
    }

    /** Whether the server's own list has the disk as a data disk. */
    boolean isDataDisk(String diskId) {
        return volumes.stream()
                .anyMatch(volume -> volume.diskId().equals(diskId) && "DATA".equalsIgnoreCase(volume.type()));
    }

    /**
     * Whether the server's type or category is one of the given, without regard to case: no field of the cloud shows "A3".
     */
    public boolean matchesAnyType(Set<String> types) {
        return types.stream()
                .anyMatch(supported -> supported.equalsIgnoreCase(type) || supported.equalsIgnoreCase(category));
    }
}
