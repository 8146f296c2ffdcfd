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

/** The control API: reads the sandbox's state and sets its behaviour and faults; requires no credential. */
public final class ControlEndpoints {

    private static final int MAX_COUNT = 1_000;

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

    /** Adds the endpoints to the router. */
    public void mount(Router router) {
        router.post("/control/reset").handler(context -> handle(context, _ -> reset()));
        router.get("/control/state").handler(context -> handle(context, _ -> state()));
        router.get("/control/ledger").handler(context -> handle(context, _ -> ledger()));
        router.get("/control/requests")
                .handler(context -> handle(context, _ -> requestLog.toJson(context.queryParam("call"))));
        router.get("/control/faults").handler(context -> handle(context, _ -> Fault.toJson(faultRegistry.all())));
        router.put("/control/faults").handler(context -> handle(context, this::replaceFaults));
        router.get("/control/behaviour")
                .handler(context -> handle(context, _ -> cloud.behaviour().toJson()));
        router.put("/control/behaviour").handler(context -> handle(context, this::updateBehaviour));
        router.post("/control/servers")
                .handler(context -> handle(context, body -> addDocuments(body, this::addServer)));
        router.post("/control/volumes").handler(context -> handle(context, body -> addDocuments(body, this::addDisk)));
    }

    private void handle(RoutingContext context, Function<Buffer, Object> action) {
        Buffer received = context.body().buffer();
        Buffer body = received == null ? Buffer.buffer() : received;
        stateExecutor
                .submit(() -> {
                    try {
                        return SandboxResponse.ok(action.apply(body));
                    } catch (RejectedCallException e) {
                        return e.response();
                    }
                })
                .onSuccess(sandboxResponse -> context.response()
                        .setStatusCode(sandboxResponse.status())
                        .putHeader("Content-Type", "application/json")
                        .end(sandboxResponse.encodeBody("")))
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
                        .put("servers", new JsonArray(cloud.serverView(project).all()))
                        .put("volumes", new JsonArray(cloud.diskView(project).all())))
                .toList();
        return new JsonObject().put("projects", new JsonArray(projects));
    }

    private JsonArray ledger() {
        return new JsonArray(
                cloud.ledger().stream().map(LedgerEntry::toLedgerJson).toList());
    }

    private JsonArray replaceFaults(Buffer body) {
        if (!(parseJson(body) instanceof JsonArray list)) {
            throw RejectedCallException.badRequest("The body must be an array of faults.");
        }
        faultRegistry.replace(FaultRegistry.parse(list));
        return Fault.toJson(faultRegistry.all());
    }

    private JsonObject updateBehaviour(Buffer body) {
        cloud.setBehaviour(cloud.behaviour().withChanges(parseObject(body)));
        return cloud.behaviour().toJson();
    }

    private JsonArray addDocuments(Buffer body, BiFunction<String, JsonObject, JsonObject> adder) {
        JsonObject overrides = parseObject(body).copy();
        var controlBodyReader = new ControlBodyReader(overrides);
        String requestedProject = controlBodyReader.optionalString("project_id", 1, 64);
        String projectId =
                requestedProject == null ? cloud.projects().getFirst().id() : requestedProject;
        long count = controlBodyReader.has("count") ? controlBodyReader.requireLong("count", 1, MAX_COUNT) : 1;
        if (!SandboxIds.isProjectId(projectId)) {
            throw RejectedCallException.badRequest("'project_id' must be letters, digits and hyphens.");
        }
        if (count > 1 && overrides.containsKey("id")) {
            throw RejectedCallException.badRequest("'id' cannot be given when 'count' is above 1.");
        }
        overrides.remove("project_id");
        overrides.remove("count");
        var documents = new ArrayList<JsonObject>();
        for (int i = 0; i < count; i++) {
            documents.add(adder.apply(projectId, overrides));
        }
        return new JsonArray(documents);
    }

    private JsonObject addServer(String projectId, JsonObject overrides) {
        JsonObject server = ServerTemplates.newServer(overrides);
        rejectIfTaken(cloud.project(projectId)
                .flatMap(project -> project.server(server.getString("id")))
                .isPresent());
        if (!overrides.containsKey("volumes")) {
            cloud.addDisk(
                    projectId,
                    DiskTemplates.newDisk(
                            projectId, ServerTemplates.rootDiskOverrides(server, SandboxIds.randomUuid())));
        }
        cloud.addServer(projectId, server);
        return cloud.serverView(cloud.project(projectId).orElseThrow()).currentDocument(server);
    }

    private JsonObject addDisk(String projectId, JsonObject overrides) {
        JsonObject disk = DiskTemplates.newDisk(projectId, overrides);
        rejectIfTaken(cloud.project(projectId)
                .flatMap(project -> project.disk(disk.getString("id")))
                .isPresent());
        cloud.addDisk(projectId, disk);
        return cloud.diskView(cloud.project(projectId).orElseThrow()).currentDocument(disk);
    }

    private static void rejectIfTaken(boolean exists) {
        if (exists) {
            throw RejectedCallException.badRequest("This 'id' is already in use.");
        }
    }

    private static JsonObject parseObject(Buffer body) {
        if (parseJson(body) instanceof JsonObject object) {
            return object;
        }
        throw RejectedCallException.badRequest("The body must be an object.");
    }

    private static Object parseJson(Buffer body) {
        try {
            return Json.decodeValue(body);
        } catch (DecodeException e) {
            throw RejectedCallException.badRequest("The body is not JSON.");
        }
    }
}
