package dev.attachgateway.problem.type;

import java.util.Set;

/** The API operations that a problem type can occur in, by their {@code operationId} in the OpenAPI document. */
public enum AffectedOperations {
    EVERYWHERE,
    /** Operations that take a body. */
    BODY("attachVolume", "releaseOperation", "pauseSends", "forceGuard", "createStreamTicket"),
    /** Operations that send a write to the cloud. */
    ATTACH("attachVolume", "detachVolume"),
    /** Operations that call the cloud while the caller waits. */
    CLOUD("attachVolume", "detachVolume", "showDevServer", "listDevServers", "showVolume", "listVolumes"),
    /** Operations that name a server of the cloud. */
    SERVER("attachVolume", "detachVolume", "showDevServer"),
    /** Operations that name a disk of the cloud. */
    DISK("attachVolume", "detachVolume", "showVolume"),
    /** Operations that return servers or disks as the cloud shows them. */
    INVENTORY("showDevServer", "listDevServers", "showVolume", "listVolumes"),
    /** Operations that list servers or disks. */
    LISTS("listDevServers", "listVolumes"),
    /** Operations that name an attach or detach operation. */
    OPERATION("showOperation", "cancelOperation", "releaseOperation", "settleOperation", "createStreamTicket"),
    STREAM("showOperation", "listOperations"),
    TICKET("createStreamTicket"),
    CANCEL("cancelOperation"),
    RELEASE("releaseOperation"),
    SETTLE("settleOperation");

    @SuppressWarnings("ImmutableEnumChecker") // Set.of is immutable
    private final Set<String> operationIds;

    AffectedOperations(String... operationIds) {
        this.operationIds = Set.of(operationIds);
    }

    /** Whether the problem type can occur in the operation. */
    public boolean covers(String operationId) {
        return this == EVERYWHERE || operationIds.contains(operationId);
    }
}
