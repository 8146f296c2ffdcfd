package dev.attachgateway.sandbox.cloud;

import dev.attachgateway.sandbox.fault.CallHandler;
import dev.attachgateway.sandbox.http.CallKind;
import dev.attachgateway.sandbox.http.ErrorEnvelopes;
import dev.attachgateway.sandbox.http.PageRequest;
import dev.attachgateway.sandbox.http.RejectedCallException;
import dev.attachgateway.sandbox.http.SandboxIds;
import dev.attachgateway.sandbox.http.SandboxRequest;
import dev.attachgateway.sandbox.http.SandboxResponse;
import dev.attachgateway.sandbox.http.SortOrder;
import dev.attachgateway.sandbox.state.CloudBehaviour;
import dev.attachgateway.sandbox.state.DiskView;
import dev.attachgateway.sandbox.state.Project;
import dev.attachgateway.sandbox.state.ServerTemplates;
import dev.attachgateway.sandbox.state.ServerView;
import dev.attachgateway.sandbox.state.SimulatedCloud;
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
public final class ModelArtsEndpoints {

    /** The user to whom all servers belong; the documents of servers do not name it. */
    private static final String OWNER = "fd03ee73295e45478d88e15263d2ee4e";

    private static final Set<String> SORT_KEYS = Set.of("createTime", "updateTime");
    private static final Set<String> READY = Set.of("RUNNING", "STOPPED");

    private final CallHandler callHandler;
    private final SimulatedCloud cloud;
    private final RequestAuthenticator requestAuthenticator;

    public ModelArtsEndpoints(
            CallHandler callHandler, SimulatedCloud cloud, RequestAuthenticator requestAuthenticator) {
        this.callHandler = callHandler;
        this.cloud = cloud;
        this.requestAuthenticator = requestAuthenticator;
    }

    public void mount(Router router) {
        String servers = "/modelarts/v1/:project/dev-servers";
        router.post(servers + "/:server/attachvolume").handler(callHandler.opens(CallKind.ATTACH, this::attach));
        router.delete(servers + "/:server/detachvolume/:volume")
                .handler(callHandler.opens(CallKind.DETACH, this::detach));
        router.get(servers + "/:server/operation/:operation")
                .handler(callHandler.opens(CallKind.OPERATION, this::operation));
        router.get(servers + "/:server").handler(callHandler.opens(CallKind.SERVER, this::server));
        router.get(servers).handler(callHandler.opens(CallKind.SERVERS, this::servers));
    }

    private SandboxResponse attach(SandboxRequest sandboxRequest) {
        Project project = requestAuthenticator.admit(sandboxRequest, cloud);
        checkServerId(sandboxRequest);
        String volumeId = sandboxRequest.volumeId();
        if (volumeId == null || !SandboxIds.isStrict(volumeId)) {
            throw invalid("volume_id");
        }
        return carryOut(true, project, sandboxRequest, volumeId);
    }

    private SandboxResponse detach(SandboxRequest sandboxRequest) {
        Project project = requestAuthenticator.admit(sandboxRequest, cloud);
        checkServerId(sandboxRequest);
        String volumeId = SandboxIds.loose(sandboxRequest.param("volume")).orElseThrow(() -> invalid("volume_id"));
        return carryOut(false, project, sandboxRequest, volumeId);
    }

    private SandboxResponse carryOut(boolean attach, Project project, SandboxRequest sandboxRequest, String volumeId) {
        JsonObject server = find(project, sandboxRequest.param("server"));
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
        return SandboxResponse.ok(
                cloud.accept(attach, project, serverId, volumeId).accepted());
    }

    /** What the practice cloud refuses only when its behaviour says so. */
    private void checkOptional(boolean attach, Project project, JsonObject server, JsonObject disk) {
        CloudBehaviour behaviour = cloud.behaviour();
        ServerView serverView = cloud.servers(project);
        String serverId = server.getString("id");
        String diskId = disk.getString("id");
        if (behaviour.busy() && serverView.isBusy(serverId)) {
            throw refused("6357", "Another operation is being performed on the instance. Please try again later.");
        }
        if (behaviour.refuseRepeat() && !isPossible(attach, project, server, disk)) {
            throw refused(
                    "7000",
                    "Volume " + diskId + " cannot be " + (attach ? "attached to " : "detached from ") + serverId + ".");
        }
        Integer limit = behaviour.limit();
        if (attach && limit != null) {
            Set<String> disks = serverView.dataDisks(server);
            if (!disks.contains(diskId) && disks.size() >= limit) {
                throw refused("7000", "Server " + serverId + " already has " + limit + " data disks.");
            }
        }
    }

    private boolean isPossible(boolean attach, Project project, JsonObject server, JsonObject begun) {
        JsonObject disk = cloud.disks(project).shape(begun);
        boolean here = DiskView.isOn(disk, ServerTemplates.cloudId(server));
        String status = disk.getString("status");
        if (!attach) {
            return here && status.equals("in-use");
        }
        return !here && (status.equals("available") || (status.equals("in-use") && disk.getBoolean("multiattach")));
    }

    private SandboxResponse operation(SandboxRequest sandboxRequest) {
        Project project = requestAuthenticator.admit(sandboxRequest, cloud);
        checkServerId(sandboxRequest);
        find(project, sandboxRequest.param("server"));
        String id = sandboxRequest.param("operation");
        return SandboxResponse.ok(project.operation(id)
                .filter(ledgerEntry -> ledgerEntry.serverId().equals(sandboxRequest.param("server")))
                .orElseThrow(() -> refused("6404", "Operation '" + id + "' not found."))
                .operation(cloud.stuck(), cloud.now()));
    }

    private SandboxResponse server(SandboxRequest sandboxRequest) {
        Project project = requestAuthenticator.admit(sandboxRequest, cloud);
        if (sandboxRequest.param("server").length() > 64) {
            throw invalid("id");
        }
        return SandboxResponse.ok(cloud.servers(project).shape(find(project, sandboxRequest.param("server"))));
    }

    private SandboxResponse servers(SandboxRequest sandboxRequest) {
        Project project = requestAuthenticator.admit(sandboxRequest, cloud);
        PageRequest page = PageRequest.of(sandboxRequest.queryParams(), 0, 1_024, 10)
                .orElseThrow(() -> invalid("limit or offset"));
        String owner = sandboxRequest.queryParams().get("owner");
        ServerView serverView = cloud.servers(project);
        List<JsonObject> all = serverView.all().stream()
                .filter(server -> owner == null || owner.equals(OWNER))
                .sorted(SortOrder.of(sandboxRequest.queryParams(), SORT_KEYS, "createTime", "asc")
                        .orElseThrow(() -> invalid("sort_key or sort_dir")))
                .toList();
        int size = Math.max(1, page.limit());
        return SandboxResponse.ok(new JsonObject()
                .put("current", page.offset() / size + 1)
                .put("pages", Math.ceilDiv(all.size(), size))
                .put("size", page.limit())
                .put("total", all.size())
                .put("data", new JsonArray(page.of(all))));
    }

    private static void checkServerId(SandboxRequest sandboxRequest) {
        if (!SandboxIds.isStrict(sandboxRequest.param("server"))) {
            throw invalid("id");
        }
    }

    /** Not-found is 400 here, not 404. */
    private static JsonObject find(Project project, String serverId) {
        return project.server(serverId)
                .orElseThrow(() -> refused("6404", "LiteServer instance '" + serverId + "' not found."));
    }

    private static RejectedCallException invalid(String field) {
        return refused("6400", "Invalid request payload " + field + ", please check.");
    }

    private static RejectedCallException refused(String code, String message) {
        return ErrorEnvelopes.modelArts(400, code, message);
    }
}
