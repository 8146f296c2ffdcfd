package dev.attachgateway.sandbox.state;

import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

/** One project's servers and disks as they began, and the effects on each since. */
public final class Project {

    private final String id;
    private final String name;
    private final SequencedMap<String, JsonObject> servers = new LinkedHashMap<>();
    private final SequencedMap<String, JsonObject> disks = new LinkedHashMap<>();
    private final Map<String, List<JsonObject>> disksByCloudServer = new HashMap<>();
    private final Map<String, List<LedgerEntry>> byServer = new HashMap<>();
    private final Map<String, List<LedgerEntry>> byDisk = new HashMap<>();
    private final Map<String, LedgerEntry> byOperation = new HashMap<>();

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
            disksByCloudServer
                    .computeIfAbsent(((JsonObject) attachment).getString("server_id"), none -> new ArrayList<>())
                    .add(disk);
        }
    }

    void add(LedgerEntry ledgerEntry) {
        byServer.computeIfAbsent(ledgerEntry.serverId(), none -> new ArrayList<>())
                .add(ledgerEntry);
        byDisk.computeIfAbsent(ledgerEntry.volumeId(), none -> new ArrayList<>())
                .add(ledgerEntry);
        byOperation.put(ledgerEntry.operationId(), ledgerEntry);
    }

    public Optional<JsonObject> server(String serverId) {
        return Optional.ofNullable(servers.get(serverId));
    }

    public Optional<JsonObject> disk(String diskId) {
        return Optional.ofNullable(disks.get(diskId));
    }

    public Optional<LedgerEntry> operation(String operationId) {
        return Optional.ofNullable(byOperation.get(operationId));
    }

    List<String> serverIds() {
        return List.copyOf(servers.keySet());
    }

    public List<String> diskIds() {
        return List.copyOf(disks.keySet());
    }

    /** The disks that were attached to a server from the beginning, by the id under which EVS knows the server. */
    List<JsonObject> disksOf(String cloudServerId) {
        return disksByCloudServer.getOrDefault(cloudServerId, List.of());
    }

    /** In the order of acceptance, as {@link #effectsOnDisk}. */
    List<LedgerEntry> effectsOnServer(String serverId) {
        return byServer.getOrDefault(serverId, List.of());
    }

    List<LedgerEntry> effectsOnDisk(String diskId) {
        return byDisk.getOrDefault(diskId, List.of());
    }
}
