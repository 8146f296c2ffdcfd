package dev.attachgateway.sandbox.state;

import dev.attachgateway.sandbox.http.ControlBodyReader;
import dev.attachgateway.sandbox.http.RejectedCallException;
import dev.attachgateway.sandbox.http.SandboxIds;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Optional;
import java.util.Set;

/** Servers as the cloud shows them when nothing has happened to them yet. */
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

    /** A server with fresh ids, an A3 one unless the overrides say otherwise. */
    public static JsonObject server(JsonObject overrides) {
        JsonObject server = DocumentTemplates.fresh("server");
        server.put("id", SandboxIds.fresh());
        JsonObject cloud = server.getJsonObject("cloud_server");
        cloud.put("id", SandboxIds.fresh()).put("hps_id", SandboxIds.fresh());
        server.getJsonObject("server_hps").put("id", SandboxIds.fresh());
        DocumentTemplates.override(server, overrides);
        JsonObject named = named(overrides, "cloud_server");
        if (!named.containsKey("hps_ecs_id")) {
            cloud.put("hps_ecs_id", cloud.getString("id"));
        }
        if (!cloud.getString("type").equals("HPS")) {
            withoutSupernode(server, overrides);
        }
        check(server);
        return server;
    }

    /** Only a supernode's sub-server has the fields that name the supernode. */
    private static void withoutSupernode(JsonObject server, JsonObject overrides) {
        JsonObject cloud = server.getJsonObject("cloud_server");
        String type = cloud.getString("type");
        cloud.remove("hps_id");
        cloud.remove("hps_ecs_id");
        server.remove("server_hps");
        if (!overrides.containsKey("category")) {
            server.put("category", "SERVER");
        }
        if (!named(overrides, "image").containsKey("server_type")) {
            server.getJsonObject("image").put("server_type", type);
        }
    }

    private static JsonObject named(JsonObject overrides, String field) {
        return Optional.ofNullable(overrides.getJsonObject(field)).orElseGet(JsonObject::new);
    }

    private static void check(JsonObject server) {
        new ControlBodyReader(server).oneOf("status", STATUSES);
        new ControlBodyReader(server.getJsonObject("cloud_server")).oneOf("type", TYPES);
        if (!SandboxIds.isStrict(server.getString("id"))) {
            throw RejectedCallException.unclear("A server's 'id' must be a lower-case UUID of version 1 to 5.");
        }
        for (Object volume : server.getJsonArray("volumes")) {
            if (!(volume instanceof JsonObject fields)
                    || !(fields.getValue("type") instanceof String)
                    || !(fields.getValue("evs_id") instanceof String)) {
                throw RejectedCallException.unclear(
                        "Every element of 'volumes' must be an object with a 'type' and an 'evs_id'.");
            }
        }
    }

    /** The id by which EVS knows the server: the sub-server's on a supernode, else the cloud server's. */
    public static String cloudId(JsonObject server) {
        JsonObject cloud = server.getJsonObject("cloud_server");
        return cloud.containsKey("hps_ecs_id") ? cloud.getString("hps_ecs_id") : cloud.getString("id");
    }

    /** What the root disk of a server differs in from any other disk. */
    public static JsonObject rootDisk(JsonObject server, String id) {
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
                                        .put("server_id", cloudId(server))
                                        .put("device", "/dev/sda")));
    }
}
