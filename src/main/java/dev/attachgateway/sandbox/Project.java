package dev.attachgateway.sandbox;

import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

/** One project's servers and disks as they began, and the effects on each since. */
final class Project {

    private final String id;
    private final String name;
    private final SequencedMap<String, JsonObject> servers = new LinkedHashMap<>();
    private final SequencedMap<String, JsonObject> disks = new LinkedHashMap<>();
    private final Map<String, List<JsonObject>> disksByCloudServer = new HashMap<>();
    private final Map<String, List<Effect>> byServer = new HashMap<>();
    private final Map<String, List<Effect>> byDisk = new HashMap<>();
    private final Map<String, Effect> byOperation = new HashMap<>();

    Project(String id, String name) {
        this.id = id;
        this.name = name;
    }

    String id() {
        return id;
    }

    String name() {
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

    void add(Effect effect) {
        byServer.computeIfAbsent(effect.serverId(), none -> new ArrayList<>()).add(effect);
        byDisk.computeIfAbsent(effect.volumeId(), none -> new ArrayList<>()).add(effect);
        byOperation.put(effect.operationId(), effect);
    }

    Optional<JsonObject> server(String serverId) {
        return Optional.ofNullable(servers.get(serverId));
    }

    Optional<JsonObject> disk(String diskId) {
        return Optional.ofNullable(disks.get(diskId));
    }

    Optional<Effect> operation(String operationId) {
        return Optional.ofNullable(byOperation.get(operationId));
    }

    List<String> serverIds() {
        return List.copyOf(servers.keySet());
    }

    List<String> diskIds() {
        return List.copyOf(disks.keySet());
    }

    /** The disks that were attached to a server from the beginning, by the id under which EVS knows the server. */
    List<JsonObject> disksOf(String cloudServerId) {
        return disksByCloudServer.getOrDefault(cloudServerId, List.of());
    }

    /** In the order of acceptance, as {@link #effectsOnDisk}. */
    List<Effect> effectsOnServer(String serverId) {
        return byServer.getOrDefault(serverId, List.of());
    }

    List<Effect> effectsOnDisk(String diskId) {
        return byDisk.getOrDefault(diskId, List.of());
    }
}
