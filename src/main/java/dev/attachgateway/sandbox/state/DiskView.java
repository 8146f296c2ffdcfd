package dev.attachgateway.sandbox.state;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.function.Predicate;

/**
 * What EVS shows of a project's disks at an instant: a function of how they began and of the effects since.
 *
 * @param now milliseconds since the epoch
 * @param origin the scheme and authority under which the sandbox is reached
 */
public record DiskView(Project project, StuckPeriods stuck, long now, String origin) {

    /** One disk, Huawei Cloud EVS API reference, VolumeDetail. */
    public JsonObject shape(JsonObject begun) {
        String id = begun.getString("id");
        JsonObject disk = begun.copy();
        List<LedgerEntry> effects = project.effectsOnDisk(id);
        List<LedgerEntry> settled = effects.stream()
                .filter(LedgerEntry::succeeds)
                .filter(ledgerEntry -> ledgerEntry.shownByEvs(stuck) <= now)
                .sorted(Comparator.comparingLong(ledgerEntry -> ledgerEntry.shownByEvs(stuck)))
                .toList();
        JsonArray attachments = disk.getJsonArray("attachments");
        for (LedgerEntry ledgerEntry : settled) {
            settle(attachments, ledgerEntry);
            disk.put("updated_at", DiskTemplates.time(ledgerEntry.shownByEvs(stuck)));
        }
        if (!settled.isEmpty()) {
            disk.put("status", attachments.isEmpty() ? "available" : "in-use");
        }
        effects.stream()
                .filter(ledgerEntry -> ledgerEntry.shownByEvs(stuck) > now)
                .reduce((earlier, later) -> later)
                .ifPresent(moving -> disk.put("status", moving.attach() ? "attaching" : "detaching")
                        .put("updated_at", DiskTemplates.time(moving.at())));
        return disk.put("links", links(id));
    }

    public List<JsonObject> all() {
        return project.diskIds().stream()
                .map(id -> shape(project.disk(id).orElseThrow()))
                .toList();
    }

    private void settle(JsonArray attachments, LedgerEntry ledgerEntry) {
        String server = project.server(ledgerEntry.serverId())
                .map(ServerTemplates::cloudId)
                .orElse(ledgerEntry.serverId());
        removeIf(attachments, attachment -> names(attachment, server));
        if (ledgerEntry.attach()) {
            attachments.add(DiskTemplates.attachment(ledgerEntry, server, ledgerEntry.end(stuck)));
        }
    }

    /** Removes the elements that fit from an array of objects. */
    static void removeIf(JsonArray array, Predicate<JsonObject> fits) {
        for (Iterator<Object> elements = array.iterator(); elements.hasNext(); ) {
            if (fits.test((JsonObject) elements.next())) {
                elements.remove();
            }
        }
    }

    private static boolean names(Object attachment, String cloudServerId) {
        return ((JsonObject) attachment).getString("server_id").equals(cloudServerId);
    }

    /** Whether a shown disk is attached to the server that EVS knows by this id. */
    public static boolean isOn(JsonObject disk, String cloudServerId) {
        return disk.getJsonArray("attachments").stream().anyMatch(attachment -> names(attachment, cloudServerId));
    }

    private JsonArray links(String id) {
        return new JsonArray()
                .add(new JsonObject()
                        .put("rel", "self")
                        .put("href", origin + "/sandbox/evs/v2/" + project.id() + "/cloudvolumes/" + id));
    }
}
