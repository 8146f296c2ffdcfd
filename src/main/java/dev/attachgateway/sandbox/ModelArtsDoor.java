package dev.attachgateway.sandbox;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import java.util.List;
import java.util.Set;

/**
 * ModelArts' {@code dev-servers} calls, Huawei Cloud ModelArts API reference.
 *
 * <p>Not established by any document, and chosen here for plausibility: the codes of an unknown disk, an unknown
 * operation, a server in another state, a disk that is in use, and a full server.
 */
final class ModelArtsDoor {

    /** The user to whom all servers belong; the documents of servers do not name it. */
    private static final String OWNER = "fd03ee73295e45478d88e15263d2ee4e";

    private static final Set<String> SORT_KEYS = Set.of("createTime", "updateTime");
    private static final Set<String> READY = Set.of("RUNNING", "STOPPED");

    private final Door door;
    private final Cloud cloud;
    private final Credentials credentials;

    ModelArtsDoor(Door door, Cloud cloud, Credentials credentials) {
        this.door = door;
        this.cloud = cloud;
        this.credentials = credentials;
    }

    void mount(Router router) {
        String servers = "/modelarts/v1/:project/dev-servers";
        router.post(servers + "/:server/attachvolume").handler(door.opens(Kind.ATTACH, this::attach));
        router.delete(servers + "/:server/detachvolume/:volume").handler(door.opens(Kind.DETACH, this::detach));
        router.get(servers + "/:server/operation/:operation").handler(door.opens(Kind.OPERATION, this::operation));
        router.get(servers + "/:server").handler(door.opens(Kind.SERVER, this::server));
        router.get(servers).handler(door.opens(Kind.SERVERS, this::servers));
    }

    private Answer attach(Call call) {
        Project project = credentials.admit(call, cloud);
        checkServerId(call);
        String volumeId = call.volumeId();
        if (volumeId == null || !Ids.isStrict(volumeId)) {
            throw invalid("volume_id");
        }
        return carryOut(true, project, call, volumeId);
    }

    private Answer detach(Call call) {
        Project project = credentials.admit(call, cloud);
        checkServerId(call);
        String volumeId = Ids.loose(call.param("volume")).orElseThrow(() -> invalid("volume_id"));
        return carryOut(false, project, call, volumeId);
    }

    private Answer carryOut(boolean attach, Project project, Call call, String volumeId) {
        JsonObject server = find(project, call.param("server"));
        String serverId = server.getString("id");
        String deed = attach ? "attach" : "detach";
        if (server.getJsonObject("cloud_server").getString("type").equals("BMS")) {
            throw refused("7000", "Server " + serverId + " type is BMS, does not support " + deed + " volume device.");
        }
        if (!READY.contains(server.getString("status"))) {
            throw refused(
                    "6327", "Server " + serverId + " is " + server.getString("status") + ", not running or stopped.");
        }
        JsonObject disk =
                project.disk(volumeId).orElseThrow(() -> refused("6404", "Volume '" + volumeId + "' not found."));
        checkOptional(attach, project, server, disk);
        return Answer.ok(cloud.accept(attach, project, serverId, volumeId).accepted());
    }

    /** What the practice cloud refuses only when its behaviour says so. */
    private void checkOptional(boolean attach, Project project, JsonObject server, JsonObject disk) {
        Behaviour behaviour = cloud.behaviour();
        Servers servers = cloud.servers(project);
        String serverId = server.getString("id");
        String diskId = disk.getString("id");
        if (behaviour.busy() && servers.isBusy(serverId)) {
            throw refused("6357", "Another operation is being performed on the instance. Please try again later.");
        }
        if (behaviour.refuseRepeat() && !isPossible(attach, project, server, disk)) {
            throw refused(
                    "7000",
                    "Volume " + diskId + " cannot be " + (attach ? "attached to " : "detached from ") + serverId + ".");
        }
        Integer limit = behaviour.limit();
        if (attach && limit != null) {
            Set<String> disks = servers.dataDisks(server);
            if (!disks.contains(diskId) && disks.size() >= limit) {
                throw refused("7000", "Server " + serverId + " already has " + limit + " data disks.");
            }
        }
    }

    private boolean isPossible(boolean attach, Project project, JsonObject server, JsonObject begun) {
        JsonObject disk = cloud.disks(project).shape(begun);
        boolean here = Disks.isOn(disk, ServerDocuments.cloudId(server));
        String status = disk.getString("status");
        if (!attach) {
            return here && status.equals("in-use");
        }
        return !here && (status.equals("available") || (status.equals("in-use") && disk.getBoolean("multiattach")));
    }

    private Answer operation(Call call) {
        Project project = credentials.admit(call, cloud);
        checkServerId(call);
        find(project, call.param("server"));
        String id = call.param("operation");
        return Answer.ok(project.operation(id)
                .filter(effect -> effect.serverId().equals(call.param("server")))
                .orElseThrow(() -> refused("6404", "Operation '" + id + "' not found."))
                .operation(cloud.stuck(), cloud.now()));
    }

    private Answer server(Call call) {
        Project project = credentials.admit(call, cloud);
        if (call.param("server").length() > 64) {
            throw invalid("id");
        }
        return Answer.ok(cloud.servers(project).shape(find(project, call.param("server"))));
    }

    private Answer servers(Call call) {
        Project project = credentials.admit(call, cloud);
        Page page = Page.of(call.queryParams(), 0, 1_024, 10).orElseThrow(() -> invalid("limit or offset"));
        String owner = call.queryParams().get("owner");
        Servers servers = cloud.servers(project);
        List<JsonObject> all = servers.all().stream()
                .filter(server -> owner == null || owner.equals(OWNER))
                .sorted(Order.of(call.queryParams(), SORT_KEYS, "createTime", "asc")
                        .orElseThrow(() -> invalid("sort_key or sort_dir")))
                .toList();
        int size = Math.max(1, page.limit());
        return Answer.ok(new JsonObject()
                .put("current", page.offset() / size + 1)
                .put("pages", Math.ceilDiv(all.size(), size))
                .put("size", page.limit())
                .put("total", all.size())
                .put("data", new JsonArray(page.of(all))));
    }

    private static void checkServerId(Call call) {
        if (!Ids.isStrict(call.param("server"))) {
            throw invalid("id");
        }
    }

    /** Not-found is 400 here, not 404. */
    private static JsonObject find(Project project, String serverId) {
        return project.server(serverId)
                .orElseThrow(() -> refused("6404", "LiteServer instance '" + serverId + "' not found."));
    }

    private static Refusal invalid(String field) {
        return refused("6400", "Invalid request payload " + field + ", please check.");
    }

    private static Refusal refused(String code, String message) {
        return Envelopes.modelArts(400, code, message);
    }
}
