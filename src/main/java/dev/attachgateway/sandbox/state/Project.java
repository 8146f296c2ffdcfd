package dev.attachgateway.sandbox.state;

import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

/** Initial servers and disks of a project, and the effects on each since. */
public final class Project {

    private final String id;
    private final String name;
    private final SequencedMap<String, JsonObject> servers = new LinkedHashMap<>();
    private final SequencedMap<String, JsonObject> disks = new LinkedHashMap<>();
    private final Map<String, List<JsonObject>> initialDisksByCloudServerId = new HashMap<>();
    private final Map<String, List<LedgerEntry>> entriesByServer = new HashMap<>();
    private final Map<String, List<LedgerEntry>> entriesByDisk = new HashMap<>();
    private final Map<String, LedgerEntry> entriesByOperation = new HashMap<>();

    Project(String id, String name) {
        this.id = id;
        this.name = name;
    }

    public String id() {
        return id;
    }

    public String name() {
        return name;
    }

    void addServer(JsonObject server) {
        servers.put(server.getString("id"), server);
    }

    void addDisk(JsonObject disk) {
        disks.put(disk.getString("id"), disk);
        for (Object attachment : disk.getJsonArray("attachments")) {
            initialDisksByCloudServerId
                    .computeIfAbsent(((JsonObject) attachment).getString("server_id"), _ -> new ArrayList<>())
                    .add(disk);
        }
    }

    void addEntry(LedgerEntry ledgerEntry) {
        entriesByServer
                .computeIfAbsent(ledgerEntry.serverId(), _ -> new ArrayList<>())
                .add(ledgerEntry);
        entriesByDisk
                .computeIfAbsent(ledgerEntry.volumeId(), _ -> new ArrayList<>())
                .add(ledgerEntry);
        entriesByOperation.put(ledgerEntry.operationId(), ledgerEntry);
    }

    /** Returns the initial document of a server. */
    public Optional<JsonObject> server(String serverId) {
        return Optional.ofNullable(servers.get(serverId));
    }

    /** Returns the initial document of a disk. */
    public Optional<JsonObject> disk(String diskId) {
        return Optional.ofNullable(disks.get(diskId));
    }

    /** Returns the ledger entry of an operation. */
    public Optional<LedgerEntry> entryOfOperation(String operationId) {
        return Optional.ofNullable(entriesByOperation.get(operationId));
    }

    List<String> serverIds() {
        return List.copyOf(servers.keySet());
    }

    /** Returns the ids of all disks in order of creation. */
    public List<String> diskIds() {
        return List.copyOf(disks.keySet());
    }

    /** Returns the disks that are initially attached to a server, by the EVS id of the server. */
    List<JsonObject> initialDisksOf(String cloudServerId) {
        return initialDisksByCloudServerId.getOrDefault(cloudServerId, List.of());
    }

    /** Returns the entries in order of acceptance, as does {@link #entriesOfDisk}. */
    List<LedgerEntry> entriesOfServer(String serverId) {
        return entriesByServer.getOrDefault(serverId, List.of());
    }

    List<LedgerEntry> entriesOfDisk(String diskId) {
        return entriesByDisk.getOrDefault(diskId, List.of());
    }
}
