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
 * The {@code dev-servers} endpoints of ModelArts, Huawei Cloud ModelArts API reference.
 *
 * <p>The codes of an unknown disk, an unknown operation, a server in another state, a disk in use and a full server are
 * undocumented; the ones here are chosen for plausibility.
 */
public final class ModelArtsEndpoints {

    /** The owner of all servers; server documents do not contain it. */
    private static final String OWNER_ID = "fd03ee73295e45478d88e15263d2ee4e";

    private static final Set<String> SORT_KEYS = Set.of("createTime", "updateTime");
    private static final Set<String> READY_STATUSES = Set.of("RUNNING", "STOPPED");

    private final CallHandler callHandler;
    private final SimulatedCloud cloud;
    private final RequestAuthenticator requestAuthenticator;

    public ModelArtsEndpoints(
            CallHandler callHandler, SimulatedCloud cloud, RequestAuthenticator requestAuthenticator) {
        this.callHandler = callHandler;
        this.cloud = cloud;
        this.requestAuthenticator = requestAuthenticator;
    }

    /** Adds the endpoints to the router. */
    public void mount(Router router) {
        String servers = "/modelarts/v1/:project/dev-servers";
        router.post(servers + "/:server/attachvolume").handler(callHandler.handlerFor(CallKind.ATTACH, this::attach));
        router.delete(servers + "/:server/detachvolume/:volume")
                .handler(callHandler.handlerFor(CallKind.DETACH, this::detach));
        router.get(servers + "/:server/operation/:operation")
                .handler(callHandler.handlerFor(CallKind.OPERATION, this::operation));
        router.get(servers + "/:server").handler(callHandler.handlerFor(CallKind.SERVER, this::server));
        router.get(servers).handler(callHandler.handlerFor(CallKind.SERVERS, this::servers));
    }

    private SandboxResponse attach(SandboxRequest sandboxRequest) {
        Project project = requestAuthenticator.authenticate(sandboxRequest, cloud);
        checkServerId(sandboxRequest);
        String volumeId = sandboxRequest.volumeId();
        if (volumeId == null || !SandboxIds.isStrictUuid(volumeId)) {
            throw invalidField("volume_id");
        }
        return execute(true, project, sandboxRequest, volumeId);
    }

    private SandboxResponse detach(SandboxRequest sandboxRequest) {
        Project project = requestAuthenticator.authenticate(sandboxRequest, cloud);
        checkServerId(sandboxRequest);
        String volumeId = SandboxIds.normalizeUuid(sandboxRequest.pathParam("volume"))
                .orElseThrow(() -> invalidField("volume_id"));
        return execute(false, project, sandboxRequest, volumeId);
    }

    private SandboxResponse execute(boolean attach, Project project, SandboxRequest sandboxRequest, String volumeId) {
        JsonObject server = findServer(project, sandboxRequest.pathParam("server"));
        String serverId = server.getString("id");
        String verb = attach ? "attach" : "detach";
        if (server.getJsonObject("cloud_server").getString("type").equals("BMS")) {
            throw badRequest(
                    "7000", "Server " + serverId + " type is BMS, does not support " + verb + " volume device.");
        }
        if (!READY_STATUSES.contains(server.getString("status"))) {
            throw badRequest(
                    "6327", "Server " + serverId + " is " + server.getString("status") + ", not running or stopped.");
        }
        JsonObject disk =
                project.disk(volumeId).orElseThrow(() -> badRequest("6404", "Volume '" + volumeId + "' not found."));
        checkConfiguredRules(attach, project, server, disk);
        return SandboxResponse.ok(
                cloud.acceptOperation(attach, project, serverId, volumeId).toAcceptedJson());
    }

    /** Checks the rules that apply only when the behaviour enables them. */
    private void checkConfiguredRules(boolean attach, Project project, JsonObject server, JsonObject disk) {
        CloudBehaviour behaviour = cloud.behaviour();
        ServerView serverView = cloud.serverView(project);
        String serverId = server.getString("id");
        String diskId = disk.getString("id");
        if (behaviour.busy() && serverView.hasUnfinishedOperation(serverId)) {
            throw badRequest("6357", "Another operation is being performed on the instance. Please try again later.");
        }
        if (behaviour.refuseRepeat() && !isAllowedByDiskState(attach, project, server, disk)) {
            throw badRequest(
                    "7000",
                    "Volume " + diskId + " cannot be " + (attach ? "attached to " : "detached from ") + serverId + ".");
        }
        Integer limit = behaviour.limit();
        if (attach && limit != null) {
            Set<String> disks = serverView.dataDiskIds(server);
            if (!disks.contains(diskId) && disks.size() >= limit) {
                throw badRequest("7000", "Server " + serverId + " already has " + limit + " data disks.");
            }
        }
    }

    private boolean isAllowedByDiskState(boolean attach, Project project, JsonObject server, JsonObject initialDisk) {
        JsonObject disk = cloud.diskView(project).currentDocument(initialDisk);
        boolean attached = DiskView.isAttachedTo(disk, ServerTemplates.cloudServerId(server));
        String status = disk.getString("status");
        if (!attach) {
            return attached && status.equals("in-use");
        }
        return !attached && (status.equals("available") || (status.equals("in-use") && disk.getBoolean("multiattach")));
    }

    private SandboxResponse operation(SandboxRequest sandboxRequest) {
        Project project = requestAuthenticator.authenticate(sandboxRequest, cloud);
        checkServerId(sandboxRequest);
        findServer(project, sandboxRequest.pathParam("server"));
        String id = sandboxRequest.pathParam("operation");
        return SandboxResponse.ok(project.entryOfOperation(id)
                .filter(ledgerEntry -> ledgerEntry.serverId().equals(sandboxRequest.pathParam("server")))
                .orElseThrow(() -> badRequest("6404", "Operation '" + id + "' not found."))
                .toOperationJson(cloud.stuckPeriods(), cloud.now()));
    }

    private SandboxResponse server(SandboxRequest sandboxRequest) {
        Project project = requestAuthenticator.authenticate(sandboxRequest, cloud);
        if (sandboxRequest.pathParam("server").length() > 64) {
            throw invalidField("id");
        }
        return SandboxResponse.ok(
                cloud.serverView(project).currentDocument(findServer(project, sandboxRequest.pathParam("server"))));
    }

    private SandboxResponse servers(SandboxRequest sandboxRequest) {
        Project project = requestAuthenticator.authenticate(sandboxRequest, cloud);
        var page = PageRequest.parse(sandboxRequest.queryParams(), 0, 1_024, 10)
                .orElseThrow(() -> invalidField("limit or offset"));
        String owner = sandboxRequest.queryParams().get("owner");
        ServerView serverView = cloud.serverView(project);
        List<JsonObject> all = serverView.all().stream()
                .filter(server -> owner == null || owner.equals(OWNER_ID))
                .sorted(SortOrder.parse(sandboxRequest.queryParams(), SORT_KEYS, "createTime", "asc")
                        .orElseThrow(() -> invalidField("sort_key or sort_dir")))
                .toList();
        int size = Math.max(1, page.limit());
        return SandboxResponse.ok(new JsonObject()
                .put("current", page.offset() / size + 1)
                .put("pages", Math.ceilDiv(all.size(), size))
                .put("size", page.limit())
                .put("total", all.size())
                .put("data", new JsonArray(page.slice(all))));
    }

    private static void checkServerId(SandboxRequest sandboxRequest) {
        if (!SandboxIds.isStrictUuid(sandboxRequest.pathParam("server"))) {
            throw invalidField("id");
        }
    }

    /** ModelArts reports an unknown server with 400, not 404. */
    private static JsonObject findServer(Project project, String serverId) {
        return project.server(serverId)
                .orElseThrow(() -> badRequest("6404", "LiteServer instance '" + serverId + "' not found."));
    }

    private static RejectedCallException invalidField(String field) {
        return badRequest("6400", "Invalid request payload " + field + ", please check.");
    }

    private static RejectedCallException badRequest(String code, String message) {
        return ErrorEnvelopes.modelArtsError(400, code, message);
    }
}
