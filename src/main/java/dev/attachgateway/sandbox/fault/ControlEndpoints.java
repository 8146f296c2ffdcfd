package dev.attachgateway.sandbox.fault;

import dev.attachgateway.sandbox.http.ControlBodyReader;
import dev.attachgateway.sandbox.http.RejectedCallException;
import dev.attachgateway.sandbox.http.SandboxIds;
import dev.attachgateway.sandbox.http.SandboxResponse;
import dev.attachgateway.sandbox.state.DiskTemplates;
import dev.attachgateway.sandbox.state.LedgerEntry;
import dev.attachgateway.sandbox.state.ServerTemplates;
import dev.attachgateway.sandbox.state.SimulatedCloud;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;

/** Where a user looks behind the practice cloud and tells it how to behave; no credential is asked for. */
public final class ControlEndpoints {

    private static final int MOST = 1_000;

    private final StateExecutor stateExecutor;
    private final SimulatedCloud cloud;
    private final RequestLog requestLog;
    private final FaultRegistry faultRegistry;

    public ControlEndpoints(
            StateExecutor stateExecutor, SimulatedCloud cloud, RequestLog requestLog, FaultRegistry faultRegistry) {
        this.stateExecutor = stateExecutor;
        this.cloud = cloud;
        this.requestLog = requestLog;
        this.faultRegistry = faultRegistry;
    }

    public void mount(Router router) {
        router.post("/control/reset").handler(context -> run(context, body -> reset()));
        router.get("/control/state").handler(context -> run(context, body -> state()));
        router.get("/control/ledger").handler(context -> run(context, body -> ledger()));
        router.get("/control/requests")
                .handler(context -> run(context, body -> requestLog.toJson(context.queryParam("call"))));
        router.get("/control/faults").handler(context -> run(context, body -> Fault.toJson(faultRegistry.all())));
        router.put("/control/faults").handler(context -> run(context, this::replaceFaults));
        router.get("/control/behaviour")
                .handler(context -> run(context, body -> cloud.behaviour().toJson()));
        router.put("/control/behaviour").handler(context -> run(context, this::behave));
        router.post("/control/servers").handler(context -> run(context, body -> add(body, this::addServer)));
        router.post("/control/volumes").handler(context -> run(context, body -> add(body, this::addDisk)));
    }

    private void run(RoutingContext context, Function<Buffer, Object> deed) {
        Buffer sent = context.body().buffer();
        Buffer body = sent == null ? Buffer.buffer() : sent;
        stateExecutor
                .run(() -> {
                    try {
                        return SandboxResponse.ok(deed.apply(body));
                    } catch (RejectedCallException rejectedCallException) {
                        return rejectedCallException.answer();
                    }
                })
                .onSuccess(sandboxResponse -> context.response()
                        .setStatusCode(sandboxResponse.status())
                        .putHeader("Content-Type", "application/json")
                        .end(sandboxResponse.text("")))
                .onFailure(context::fail);
    }

    private JsonObject reset() {
        cloud.reset();
        requestLog.clear();
        faultRegistry.replace(List.of());
        return new JsonObject();
    }

    private JsonObject state() {
        List<JsonObject> projects = cloud.projects().stream()
                .map(project -> new JsonObject()
                        .put("project_id", project.id())
                        .put("servers", new JsonArray(cloud.servers(project).all()))
                        .put("volumes", new JsonArray(cloud.disks(project).all())))
                .toList();
        return new JsonObject().put("projects", new JsonArray(projects));
    }

    private JsonArray ledger() {
        return new JsonArray(
                cloud.ledger().stream().map(LedgerEntry::ledgerLine).toList());
    }

    private JsonArray replaceFaults(Buffer body) {
        if (!(parse(body) instanceof JsonArray list)) {
            throw RejectedCallException.unclear("The body must be a list of faults.");
        }
        faultRegistry.replace(FaultRegistry.parse(list));
        return Fault.toJson(faultRegistry.all());
    }

    private JsonObject behave(Buffer body) {
        cloud.behave(cloud.behaviour().with(object(body)));
        return cloud.behaviour().toJson();
    }

    private JsonArray add(Buffer body, BiFunction<String, JsonObject, JsonObject> adder) {
        JsonObject overrides = object(body).copy();
        ControlBodyReader controlBodyReader = new ControlBodyReader(overrides);
        String named = controlBodyReader.text("project_id", 1, 64);
        String projectId = named == null ? cloud.projects().getFirst().id() : named;
        long count = controlBodyReader.has("count") ? controlBodyReader.whole("count", 1, MOST) : 1;
        if (!SandboxIds.isProject(projectId)) {
            throw RejectedCallException.unclear("'project_id' must be letters, digits and hyphens.");
        }
        if (count > 1 && overrides.containsKey("id")) {
            throw RejectedCallException.unclear("Several cannot share one 'id'.");
        }
        overrides.remove("project_id");
        overrides.remove("count");
        List<JsonObject> made = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            made.add(adder.apply(projectId, overrides));
        }
        return new JsonArray(made);
    }

    private JsonObject addServer(String projectId, JsonObject overrides) {
        JsonObject server = ServerTemplates.server(overrides);
        refuseTaken(cloud.project(projectId)
                .flatMap(project -> project.server(server.getString("id")))
                .isPresent());
        if (!overrides.containsKey("volumes")) {
            cloud.addDisk(
                    projectId, DiskTemplates.disk(projectId, ServerTemplates.rootDisk(server, SandboxIds.fresh())));
        }
        cloud.addServer(projectId, server);
        return cloud.servers(cloud.project(projectId).orElseThrow()).shape(server);
    }

    private JsonObject addDisk(String projectId, JsonObject overrides) {
        JsonObject disk = DiskTemplates.disk(projectId, overrides);
        refuseTaken(cloud.project(projectId)
                .flatMap(project -> project.disk(disk.getString("id")))
                .isPresent());
        cloud.addDisk(projectId, disk);
        return cloud.disks(cloud.project(projectId).orElseThrow()).shape(disk);
    }

    private static void refuseTaken(boolean taken) {
        if (taken) {
            throw RejectedCallException.unclear("This 'id' is already taken.");
        }
    }

    private static JsonObject object(Buffer body) {
        if (parse(body) instanceof JsonObject object) {
            return object;
        }
        throw RejectedCallException.unclear("The body must be an object.");
    }

    private static Object parse(Buffer body) {
        try {
            return Json.decodeValue(body);
        } catch (DecodeException e) {
            throw RejectedCallException.unclear("The body is not JSON.");
        }
    }
}
