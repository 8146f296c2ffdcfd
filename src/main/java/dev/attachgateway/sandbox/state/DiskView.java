package dev.attachgateway.sandbox.state;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.function.Predicate;

/**
 * Documents of a project's disks in EVS at an instant, computed from their initial state and the effects since.
 *
 * @param now milliseconds since the epoch
 * @param origin scheme and authority of the sandbox
 */
public record DiskView(Project project, StuckPeriods stuckPeriods, long now, String origin) {

    /** Returns the document of one disk, Huawei Cloud EVS API reference, VolumeDetail. */
    public JsonObject currentDocument(JsonObject initial) {
        String id = initial.getString("id");
        JsonObject disk = initial.copy();
        List<LedgerEntry> effects = project.entriesOfDisk(id);
        List<LedgerEntry> settled = effects.stream()
                .filter(LedgerEntry::succeeds)
                .filter(ledgerEntry -> ledgerEntry.visibleInEvsAt(stuckPeriods) <= now)
                .sorted(Comparator.comparingLong(ledgerEntry -> ledgerEntry.visibleInEvsAt(stuckPeriods)))
                .toList();
        JsonArray attachments = disk.getJsonArray("attachments");
        for (LedgerEntry ledgerEntry : settled) {
            applyToAttachments(attachments, ledgerEntry);
            disk.put("updated_at", DiskTemplates.formatTime(ledgerEntry.visibleInEvsAt(stuckPeriods)));
        }
        if (!settled.isEmpty()) {
            disk.put("status", attachments.isEmpty() ? "available" : "in-use");
        }
        effects.stream()
                .filter(ledgerEntry -> ledgerEntry.visibleInEvsAt(stuckPeriods) > now)
                .reduce((_, later) -> later)
                .ifPresent(unfinished -> disk.put("status", unfinished.isAttach() ? "attaching" : "detaching")
                        .put("updated_at", DiskTemplates.formatTime(unfinished.at())));
        return disk.put("links", links(id));
    }

    /** Returns the documents of all disks. */
    public List<JsonObject> all() {
        return project.diskIds().stream()
                .map(id -> currentDocument(project.disk(id).orElseThrow()))
                .toList();
    }

    private void applyToAttachments(JsonArray attachments, LedgerEntry ledgerEntry) {
        String server = project.server(ledgerEntry.serverId())
                .map(ServerTemplates::cloudServerId)
                .orElse(ledgerEntry.serverId());
        removeIf(attachments, attachment -> refersToServer(attachment, server));
        if (ledgerEntry.isAttach()) {
            attachments.add(DiskTemplates.newAttachment(ledgerEntry, server, ledgerEntry.endsAt(stuckPeriods)));
        }
    }

    /** Removes the matching elements from an array of objects. */
    static void removeIf(JsonArray array, Predicate<JsonObject> predicate) {
        for (Iterator<Object> elements = array.iterator(); elements.hasNext(); ) {
            if (predicate.test((JsonObject) elements.next())) {
                elements.remove();
            }
        }
    }

    private static boolean refersToServer(Object attachment, String cloudServerId) {
        return ((JsonObject) attachment).getString("server_id").equals(cloudServerId);
    }

    /** Whether a disk document is attached to the server with this EVS id. */
    public static boolean isAttachedTo(JsonObject disk, String cloudServerId) {
        return disk.getJsonArray("attachments").stream()
                .anyMatch(attachment -> refersToServer(attachment, cloudServerId));
    }

    private JsonArray links(String id) {
        return new JsonArray()
                .add(new JsonObject()
                        .put("rel", "self")
                        .put("href", origin + "/sandbox/evs/v2/" + project.id() + "/cloudvolumes/" + id));
    }
}
