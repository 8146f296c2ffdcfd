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
import dev.attachgateway.sandbox.state.DiskView;
import dev.attachgateway.sandbox.state.Project;
import dev.attachgateway.sandbox.state.SimulatedCloud;
import io.vertx.core.MultiMap;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The {@code cloudvolumes} endpoints of EVS, Huawei Cloud EVS API reference, "Querying Details of a Disk" and "... All
 * Disks".
 */
public final class EvsEndpoints {

    /** Ids per list request. */
    private static final int MAX_IDS = 60;

    private static final Set<String> SORT_KEYS = Set.of("id", "status", "size", "created_at");

    private final CallHandler callHandler;
    private final SimulatedCloud cloud;
    private final RequestAuthenticator requestAuthenticator;

    public EvsEndpoints(CallHandler callHandler, SimulatedCloud cloud, RequestAuthenticator requestAuthenticator) {
        this.callHandler = callHandler;
        this.cloud = cloud;
        this.requestAuthenticator = requestAuthenticator;
    }

    /** Adds the endpoints to the router. */
    public void mount(Router router) {
        String volumes = "/evs/v2/:project/cloudvolumes";
        router.get(volumes + "/detail").handler(callHandler.handlerFor(CallKind.VOLUMES, this::volumes));
        router.get(volumes + "/:volume").handler(callHandler.handlerFor(CallKind.VOLUME, this::volume));
    }

    private SandboxResponse volume(SandboxRequest sandboxRequest) {
        Project project = requestAuthenticator.authenticate(sandboxRequest, cloud);
        String id = SandboxIds.normalizeUuid(sandboxRequest.pathParam("volume"))
                .orElseThrow(() -> ErrorEnvelopes.evsError(400, "1002", "invalid volume id!"));
        JsonObject disk =
                project.disk(id).orElseThrow(() -> ErrorEnvelopes.evsError(404, "5404", "Volume could not be found."));
        return SandboxResponse.ok(
                new JsonObject().put("volume", cloud.diskView(project).currentDocument(disk)));
    }

    private SandboxResponse volumes(SandboxRequest sandboxRequest) {
        Project project = requestAuthenticator.authenticate(sandboxRequest, cloud);
        MultiMap query = sandboxRequest.queryParams();
        var page = PageRequest.parse(query, 1, 1_000, 1_000).orElseThrow(() -> invalidField("limit or offset"));
        Set<String> ids = parseIds(query);
        Predicate<JsonObject> matches = fieldEquals("status", query.get("status"))
                .and(fieldEquals("name", query.get("name")))
                .and(fieldEquals("availability_zone", query.get("availability_zone")))
                .and(fieldEquals("multiattach", query.get("multiattach")))
                .and(attachedTo(query.get("server_id")));
        DiskView diskView = cloud.diskView(project);
        List<JsonObject> found = project.diskIds().stream()
                .filter(id -> ids.isEmpty() || ids.contains(id))
                .map(id -> diskView.currentDocument(project.disk(id).orElseThrow()))
                .filter(matches)
                .sorted(SortOrder.parse(query, SORT_KEYS, "created_at", "desc")
                        .orElseThrow(() -> invalidField("sort_key or sort_dir")))
                .toList();
        return SandboxResponse.ok(new JsonObject()
                .put("count", found.size())
                .put("volumes", new JsonArray(page.slice(afterMarker(query.get("marker"), found))))
                .put("volumes_links", new JsonArray()));
    }

    /** Parses the requested ids, {@code id=a} or {@code ids=['a','b']}; unknown ids are ignored. */
    private static Set<String> parseIds(MultiMap query) {
        String singleId = query.get("id");
        String idList = query.get("ids");
        if (singleId == null && idList == null) {
            return Set.of();
        }
        String list = idList == null ? "" : idList.strip();
        if (!list.isEmpty() && !(list.startsWith("[") && list.endsWith("]"))) {
            throw invalidField("ids");
        }
        String inner = list.isEmpty() ? "" : list.substring(1, list.length() - 1);
        Set<String> ids = Arrays.stream(
                        (inner + "," + Optional.ofNullable(singleId).orElse("")).split(","))
                .map(id -> id.strip().replaceAll("^['\"]|['\"]$", ""))
                .filter(id -> !id.isEmpty())
                .map(id -> SandboxIds.normalizeUuid(id).orElseThrow(() -> invalidField("ids")))
                .collect(Collectors.toSet());
        if (ids.isEmpty() || ids.size() > MAX_IDS) {
            throw invalidField("ids");
        }
        return ids;
    }

    /** Returns the disks after the marker; all disks without singleId. */
    private static List<JsonObject> afterMarker(@Nullable String marker, List<JsonObject> disks) {
        if (marker == null) {
            return disks;
        }
        List<String> ids = disks.stream().map(disk -> disk.getString("id")).toList();
        if (!ids.contains(marker)) {
            throw invalidField("marker");
        }
        return disks.subList(ids.indexOf(marker) + 1, disks.size());
    }

    private static Predicate<JsonObject> fieldEquals(String name, @Nullable String expected) {
        return disk -> expected == null || expected.equals(String.valueOf(disk.getValue(name)));
    }

    private static Predicate<JsonObject> attachedTo(@Nullable String cloudServerId) {
        return disk -> cloudServerId == null || DiskView.isAttachedTo(disk, cloudServerId);
    }

    private static RejectedCallException invalidField(String field) {
        return ErrorEnvelopes.evsError(400, "1002", "invalid " + field + "!");
    }
}
