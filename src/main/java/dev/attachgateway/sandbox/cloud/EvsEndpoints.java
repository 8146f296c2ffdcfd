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

/** EVS' {@code cloudvolumes} calls, Huawei Cloud EVS API reference, "Querying Details of a Disk" and "... All Disks". */
public final class EvsEndpoints {

    /** How many ids one list call takes. */
    private static final int IDS = 60;

    private static final Set<String> SORT_KEYS = Set.of("id", "status", "size", "created_at");

    private final CallHandler callHandler;
    private final SimulatedCloud cloud;
    private final RequestAuthenticator requestAuthenticator;

    public EvsEndpoints(CallHandler callHandler, SimulatedCloud cloud, RequestAuthenticator requestAuthenticator) {
        this.callHandler = callHandler;
        this.cloud = cloud;
        this.requestAuthenticator = requestAuthenticator;
    }

    public void mount(Router router) {
        String volumes = "/evs/v2/:project/cloudvolumes";
        router.get(volumes + "/detail").handler(callHandler.opens(CallKind.VOLUMES, this::volumes));
        router.get(volumes + "/:volume").handler(callHandler.opens(CallKind.VOLUME, this::volume));
    }

    private SandboxResponse volume(SandboxRequest sandboxRequest) {
        Project project = requestAuthenticator.admit(sandboxRequest, cloud);
        String id = SandboxIds.loose(sandboxRequest.param("volume"))
                .orElseThrow(() -> ErrorEnvelopes.evs(400, "1002", "invalid volume id!"));
        JsonObject disk =
                project.disk(id).orElseThrow(() -> ErrorEnvelopes.evs(404, "5404", "Volume could not be found."));
        return SandboxResponse.ok(
                new JsonObject().put("volume", cloud.disks(project).shape(disk)));
    }

    private SandboxResponse volumes(SandboxRequest sandboxRequest) {
        Project project = requestAuthenticator.admit(sandboxRequest, cloud);
        MultiMap query = sandboxRequest.queryParams();
        PageRequest page = PageRequest.of(query, 1, 1_000, 1_000).orElseThrow(() -> invalid("limit or offset"));
        Set<String> ids = ids(query);
        Predicate<JsonObject> matches = field("status", query.get("status"))
                .and(field("name", query.get("name")))
                .and(field("availability_zone", query.get("availability_zone")))
                .and(field("multiattach", query.get("multiattach")))
                .and(onServer(query.get("server_id")));
        DiskView diskView = cloud.disks(project);
        List<JsonObject> found = project.diskIds().stream()
                .filter(id -> ids.isEmpty() || ids.contains(id))
                .map(id -> diskView.shape(project.disk(id).orElseThrow()))
                .filter(matches)
                .sorted(SortOrder.of(query, SORT_KEYS, "created_at", "desc")
                        .orElseThrow(() -> invalid("sort_key or sort_dir")))
                .toList();
        return SandboxResponse.ok(new JsonObject()
                .put("count", found.size())
                .put("volumes", new JsonArray(page.of(after(query.get("marker"), found))))
                .put("volumes_links", new JsonArray()));
    }

    /** The ids asked for, by {@code id=a} or {@code ids=['a','b']}; unknown ones are dropped without a word. */
    private static Set<String> ids(MultiMap query) {
        String one = query.get("id");
        String many = query.get("ids");
        if (one == null && many == null) {
            return Set.of();
        }
        String list = many == null ? "" : many.strip();
        if (!list.isEmpty() && !(list.startsWith("[") && list.endsWith("]"))) {
            throw invalid("ids");
        }
        String inner = list.isEmpty() ? "" : list.substring(1, list.length() - 1);
        Set<String> ids = Arrays.stream((inner + "," + Optional.ofNullable(one).orElse("")).split(","))
                .map(id -> id.strip().replaceAll("^['\"]|['\"]$", ""))
                .filter(id -> !id.isEmpty())
                .map(id -> SandboxIds.loose(id).orElseThrow(() -> invalid("ids")))
                .collect(Collectors.toSet());
        if (ids.isEmpty() || ids.size() > IDS) {
            throw invalid("ids");
        }
        return ids;
    }

    /** Those behind the marker; all when there is none. */
    private static List<JsonObject> after(@Nullable String marker, List<JsonObject> disks) {
        if (marker == null) {
            return disks;
        }
        List<String> ids = disks.stream().map(disk -> disk.getString("id")).toList();
        if (!ids.contains(marker)) {
            throw invalid("marker");
        }
        return disks.subList(ids.indexOf(marker) + 1, disks.size());
    }

    private static Predicate<JsonObject> field(String name, @Nullable String wanted) {
        return disk -> wanted == null || wanted.equals(String.valueOf(disk.getValue(name)));
    }

    private static Predicate<JsonObject> onServer(@Nullable String cloudServerId) {
        return disk -> cloudServerId == null || DiskView.isOn(disk, cloudServerId);
    }

    private static RejectedCallException invalid(String field) {
        return ErrorEnvelopes.evs(400, "1002", "invalid " + field + "!");
    }
}
