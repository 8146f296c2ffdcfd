package dev.attachgateway.sandbox;

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
record Disks(Project project, StuckPeriods stuck, long now, String origin) {

    /** One disk, Huawei Cloud EVS API reference, VolumeDetail. */
    JsonObject shape(JsonObject begun) {
        String id = begun.getString("id");
        JsonObject disk = begun.copy();
        List<Effect> effects = project.effectsOnDisk(id);
        List<Effect> settled = effects.stream()
                .filter(Effect::succeeds)
                .filter(effect -> effect.shownByEvs(stuck) <= now)
                .sorted(Comparator.comparingLong(effect -> effect.shownByEvs(stuck)))
                .toList();
        JsonArray attachments = disk.getJsonArray("attachments");
        for (Effect effect : settled) {
            settle(attachments, effect);
            disk.put("updated_at", DiskDocuments.time(effect.shownByEvs(stuck)));
        }
        if (!settled.isEmpty()) {
            disk.put("status", attachments.isEmpty() ? "available" : "in-use");
        }
        effects.stream()
                .filter(effect -> effect.shownByEvs(stuck) > now)
                .reduce((earlier, later) -> later)
                .ifPresent(moving -> disk.put("status", moving.attach() ? "attaching" : "detaching")
                        .put("updated_at", DiskDocuments.time(moving.at())));
        return disk.put("links", links(id));
    }

    List<JsonObject> all() {
        return project.diskIds().stream()
                .map(id -> shape(project.disk(id).orElseThrow()))
                .toList();
    }

    private void settle(JsonArray attachments, Effect effect) {
        String server =
                project.server(effect.serverId()).map(ServerDocuments::cloudId).orElse(effect.serverId());
        removeIf(attachments, attachment -> names(attachment, server));
        if (effect.attach()) {
            attachments.add(DiskDocuments.attachment(effect, server, effect.end(stuck)));
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
    static boolean isOn(JsonObject disk, String cloudServerId) {
        return disk.getJsonArray("attachments").stream().anyMatch(attachment -> names(attachment, cloudServerId));
    }

    private JsonArray links(String id) {
        return new JsonArray()
                .add(new JsonObject()
                        .put("rel", "self")
                        .put("href", origin + "/sandbox/evs/v2/" + project.id() + "/cloudvolumes/" + id));
    }
}
