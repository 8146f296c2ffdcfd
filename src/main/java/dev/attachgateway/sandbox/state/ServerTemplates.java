package dev.attachgateway.sandbox.state;

import dev.attachgateway.sandbox.http.ControlBodyReader;
import dev.attachgateway.sandbox.http.RejectedCallException;
import dev.attachgateway.sandbox.http.SandboxIds;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Optional;
import java.util.Set;

/** Initial documents of servers, as ModelArts shows them. */
public final class ServerTemplates {

    /** Huawei Cloud ModelArts API reference, ShowDevServer. */
    private static final Set<String> STATUSES = Set.of(
            "CREATE_FAILED",
            "CREATING",
            "DELETED",
            "DELETE_FAILED",
            "DELETING",
            "ERROR",
            "RUNNING",
            "STARTING",
            "START_FAILED",
            "STOPPED",
            "STOPPING",
            "STOP_FAILED",
            "REBOOTING",
            "REBOOT_FAILED",
            "CHANGINGOS",
            "CHANGINGOS_FAILED",
            "REINSTALLINGOS",
            "REINSTALLINGOS_FAILED");

    private static final Set<String> TYPES = Set.of("BMS", "ECS", "HPS");

    private ServerTemplates() {}

    /** Returns a server with new ids, an A3 server unless the overrides set another type. */
    public static JsonObject newServer(JsonObject overrides) {
        JsonObject server = DocumentTemplates.copyOf("server");
        server.put("id", SandboxIds.randomUuid());
        JsonObject cloud = server.getJsonObject("cloud_server");
        cloud.put("id", SandboxIds.randomUuid()).put("hps_id", SandboxIds.randomUuid());
        server.getJsonObject("server_hps").put("id", SandboxIds.randomUuid());
        DocumentTemplates.applyOverrides(server, overrides);
        JsonObject cloudOverrides = nestedOverrides(overrides, "cloud_server");
        if (!cloudOverrides.containsKey("hps_ecs_id")) {
            cloud.put("hps_ecs_id", cloud.getString("id"));
        }
        if (!cloud.getString("type").equals("HPS")) {
            removeSupernodeFields(server, overrides);
        }
        validate(server);
        return server;
    }

    /** Only the sub-server of a supernode has the fields that identify the supernode. */
    private static void removeSupernodeFields(JsonObject server, JsonObject overrides) {
        JsonObject cloud = server.getJsonObject("cloud_server");
        String type = cloud.getString("type");
        cloud.remove("hps_id");
        cloud.remove("hps_ecs_id");
        server.remove("server_hps");
        if (!overrides.containsKey("category")) {
            server.put("category", "SERVER");
        }
        if (!nestedOverrides(overrides, "image").containsKey("server_type")) {
            server.getJsonObject("image").put("server_type", type);
        }
    }

    private static JsonObject nestedOverrides(JsonObject overrides, String field) {
        return Optional.ofNullable(overrides.getJsonObject(field)).orElseGet(JsonObject::new);
    }

    private static void validate(JsonObject server) {
        new ControlBodyReader(server).requireOneOf("status", STATUSES);
        new ControlBodyReader(server.getJsonObject("cloud_server")).requireOneOf("type", TYPES);
        if (!SandboxIds.isStrictUuid(server.getString("id"))) {
            throw RejectedCallException.badRequest("A server's 'id' must be a lower-case UUID of version 1 to 5.");
        }
        for (Object volume : server.getJsonArray("volumes")) {
            if (!(volume instanceof JsonObject fields)
                    || !(fields.getValue("type") instanceof String)
                    || !(fields.getValue("evs_id") instanceof String)) {
                throw RejectedCallException.badRequest(
                        "Every element of 'volumes' must be an object with a 'type' and an 'evs_id'.");
            }
        }
    }

    /** Returns the EVS id of the server: the sub-server's on a supernode, otherwise the cloud server's. */
    public static String cloudServerId(JsonObject server) {
        JsonObject cloud = server.getJsonObject("cloud_server");
        return cloud.containsKey("hps_ecs_id") ? cloud.getString("hps_ecs_id") : cloud.getString("id");
    }

    /** Returns the fields in which the root disk of a server differs from the template. */
    public static JsonObject rootDiskOverrides(JsonObject server, String id) {
        return new JsonObject()
                .put("id", id)
                .put("name", server.getString("name") + "-root")
                .put("size", 500)
                .put("volume_type", "SSD")
                .put("bootable", "true")
                .put(
                        "attachments",
                        new JsonArray()
                                .add(new JsonObject()
                                        .put("server_id", cloudServerId(server))
                                        .put("device", "/dev/sda")));
    }
}
