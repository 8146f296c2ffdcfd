package dev.attachgateway.sandbox.state;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Documents of a project's servers in ModelArts at an instant, computed from their initial state and the effects since.
 *
 * @param now milliseconds since the epoch
 */
public record ServerView(Project project, StuckPeriods stuckPeriods, long now) {

    /** Returns the document of one server, Huawei Cloud ModelArts API reference, ShowDevServer. */
    public JsonObject currentDocument(JsonObject initial) {
        JsonObject server = initial.copy();
        JsonArray volumes = server.getJsonArray("volumes");
        project.initialDisksOf(ServerTemplates.cloudServerId(initial)).forEach(disk -> putVolume(volumes, disk));
        project.entriesOfServer(initial.getString("id")).stream()
                .filter(LedgerEntry::succeeds)
                .filter(ledgerEntry -> ledgerEntry.visibleOnServerAt(stuckPeriods) <= now)
                .sorted(Comparator.comparingLong(ledgerEntry -> ledgerEntry.visibleOnServerAt(stuckPeriods)))
                .forEach(ledgerEntry -> {
                    if (ledgerEntry.isAttach()) {
                        project.disk(ledgerEntry.volumeId()).ifPresent(disk -> putVolume(volumes, disk));
                    } else {
                        removeVolume(volumes, ledgerEntry.volumeId());
                    }
                });
        return server;
    }

    /** Returns the documents of all servers. */
    public List<JsonObject> all() {
        return project.serverIds().stream()
                .map(id -> currentDocument(project.server(id).orElseThrow()))
                .toList();
    }

    /** Whether an operation on the server has not completed. */
    public boolean hasUnfinishedOperation(String serverId) {
        return project.entriesOfServer(serverId).stream()
                .anyMatch(ledgerEntry -> ledgerEntry.endsAt(stuckPeriods) > now);
    }

    /** Returns the ids of the data disks that are attached to the server or being attached. */
    public Set<String> dataDiskIds(JsonObject initial) {
        var disks = new HashSet<String>();
        for (Object volume : currentDocument(initial).getJsonArray("volumes")) {
            if (((JsonObject) volume).getString("type").equals("DATA")) {
                disks.add(((JsonObject) volume).getString("evs_id"));
            }
        }
        project.entriesOfServer(initial.getString("id")).stream()
                .filter(LedgerEntry::isAttach)
                .filter(LedgerEntry::succeeds)
                .filter(ledgerEntry -> ledgerEntry.visibleOnServerAt(stuckPeriods) > now)
                .forEach(ledgerEntry -> disks.add(ledgerEntry.volumeId()));
        return disks;
    }

    private static void putVolume(JsonArray volumes, JsonObject disk) {
        String id = disk.getString("id");
        removeVolume(volumes, id);
        volumes.add(new JsonObject()
                .put("size", disk.getValue("size"))
                .put("type", disk.getString("bootable").equals("true") ? "ROOT" : "DATA")
                .put("evs_type", toEvsType(disk.getString("volume_type")))
                .put("evs_id", id));
    }

    /** The types of ModelArts have no second generation. */
    private static String toEvsType(String volumeType) {
        return volumeType.endsWith("2") ? volumeType.substring(0, volumeType.length() - 1) : volumeType;
    }

    private static void removeVolume(JsonArray volumes, String diskId) {
        DiskView.removeIf(volumes, volume -> diskId.equals(volume.getString("evs_id")));
    }
}
