package dev.attachgateway.sandbox.state;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What ModelArts shows of a project's servers at an instant: a function of how they began and of the effects since.
 *
 * @param now milliseconds since the epoch
 */
public record ServerView(Project project, StuckPeriods stuck, long now) {

    /** One server, Huawei Cloud ModelArts API reference, ShowDevServer. */
    public JsonObject shape(JsonObject begun) {
        JsonObject server = begun.copy();
        JsonArray volumes = server.getJsonArray("volumes");
        project.disksOf(ServerTemplates.cloudId(begun)).forEach(disk -> put(volumes, disk));
        project.effectsOnServer(begun.getString("id")).stream()
                .filter(LedgerEntry::succeeds)
                .filter(ledgerEntry -> ledgerEntry.shownByServer(stuck) <= now)
                .sorted(Comparator.comparingLong(ledgerEntry -> ledgerEntry.shownByServer(stuck)))
                .forEach(ledgerEntry -> {
                    if (ledgerEntry.attach()) {
                        project.disk(ledgerEntry.volumeId()).ifPresent(disk -> put(volumes, disk));
                    } else {
                        remove(volumes, ledgerEntry.volumeId());
                    }
                });
        return server;
    }

    public List<JsonObject> all() {
        return project.serverIds().stream()
                .map(id -> shape(project.server(id).orElseThrow()))
                .toList();
    }

    /** Whether an operation on the server has not ended yet. */
    public boolean isBusy(String serverId) {
        return project.effectsOnServer(serverId).stream().anyMatch(ledgerEntry -> ledgerEntry.end(stuck) > now);
    }

    /** The data disks the server has, and those on their way to it. */
    public Set<String> dataDisks(JsonObject begun) {
        Set<String> disks = new HashSet<>();
        for (Object volume : shape(begun).getJsonArray("volumes")) {
            if (((JsonObject) volume).getString("type").equals("DATA")) {
                disks.add(((JsonObject) volume).getString("evs_id"));
            }
        }
        project.effectsOnServer(begun.getString("id")).stream()
                .filter(LedgerEntry::attach)
                .filter(LedgerEntry::succeeds)
                .filter(ledgerEntry -> ledgerEntry.shownByServer(stuck) > now)
                .forEach(ledgerEntry -> disks.add(ledgerEntry.volumeId()));
        return disks;
    }

    private static void put(JsonArray volumes, JsonObject disk) {
        String id = disk.getString("id");
        remove(volumes, id);
        volumes.add(new JsonObject()
                .put("size", disk.getValue("size"))
                .put("type", disk.getString("bootable").equals("true") ? "ROOT" : "DATA")
                .put("evs_type", evsType(disk.getString("volume_type")))
                .put("evs_id", id));
    }

    /** ModelArts' list of types knows no second generation. */
    private static String evsType(String volumeType) {
        return volumeType.endsWith("2") ? volumeType.substring(0, volumeType.length() - 1) : volumeType;
    }

    private static void remove(JsonArray volumes, String diskId) {
        DiskView.removeIf(volumes, volume -> diskId.equals(volume.getString("evs_id")));
    }
}
