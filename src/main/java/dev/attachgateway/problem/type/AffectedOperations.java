package dev.attachgateway.problem.type;

import java.util.Set;

/** Which calls can fail in a way, by their {@code operationId} in the API's document. */
public enum AffectedOperations {
    EVERYWHERE,
    /** Those that take a body. */
    BODY("attachVolume", "releaseOperation", "pauseSends", "forceGuard", "createStreamTicket"),
    /** Those that send something to the cloud. */
    ATTACH("attachVolume", "detachVolume"),
    /** Those that ask the cloud something while their caller waits. */
    CLOUD("attachVolume", "detachVolume", "showDevServer", "listDevServers", "showVolume", "listVolumes"),
    /** Those that name a server of the cloud. */
    SERVER("attachVolume", "detachVolume", "showDevServer"),
    /** Those that name a disk of the cloud. */
    DISK("attachVolume", "detachVolume", "showVolume"),
    /** Those that show what the cloud shows. */
    INVENTORY("showDevServer", "listDevServers", "showVolume", "listVolumes"),
    /** Those that show many of it. */
    LISTS("listDevServers", "listVolumes"),
    /** Those that name an operation. */
    OPERATION("showOperation", "cancelOperation", "releaseOperation", "settleOperation", "createStreamTicket"),
    STREAM("showOperation", "listOperations"),
    TICKET("createStreamTicket"),
    CANCEL("cancelOperation"),
    RELEASE("releaseOperation"),
    SETTLE("settleOperation");

    @SuppressWarnings("ImmutableEnumChecker") // Set.of is
    private final Set<String> calls;

    AffectedOperations(String... calls) {
        this.calls = Set.of(calls);
    }

    public boolean covers(String operationId) {
        return this == EVERYWHERE || calls.contains(operationId);
    }
}
