package dev.attachgateway.sandbox;

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
final class ControlDoor {

    private static final int MOST = 1_000;

    private final Desk desk;
    private final Cloud cloud;
    private final Requests requests;
    private final Faults faults;

    ControlDoor(Desk desk, Cloud cloud, Requests requests, Faults faults) {
        this.desk = desk;
        this.cloud = cloud;
        this.requests = requests;
        this.faults = faults;
    }

    void mount(Router router) {
        router.post("/control/reset").handler(context -> run(context, body -> reset()));
        router.get("/control/state").handler(context -> run(context, body -> state()));
        router.get("/control/ledger").handler(context -> run(context, body -> ledger()));
        router.get("/control/requests")
                .handler(context -> run(context, body -> requests.toJson(context.queryParam("call"))));
        router.get("/control/faults").handler(context -> run(context, body -> Fault.toJson(faults.all())));
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
        desk.run(() -> {
                    try {
                        return Answer.ok(deed.apply(body));
                    } catch (Refusal refusal) {
                        return refusal.answer();
                    }
                })
                .onSuccess(answer -> context.response()
                        .setStatusCode(answer.status())
                        .putHeader("Content-Type", "application/json")
                        .end(answer.text("")))
                .onFailure(context::fail);
    }

    private JsonObject reset() {
        cloud.reset();
        requests.clear();
        faults.replace(List.of());
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
        return new JsonArray(cloud.ledger().stream().map(Effect::ledgerLine).toList());
    }

    private JsonArray replaceFaults(Buffer body) {
        if (!(parse(body) instanceof JsonArray list)) {
            throw Refusal.unclear("The body must be a list of faults.");
        }
        faults.replace(Faults.parse(list));
        return Fault.toJson(faults.all());
    }

    private JsonObject behave(Buffer body) {
        cloud.behave(cloud.behaviour().with(object(body)));
        return cloud.behaviour().toJson();
    }

    private JsonArray add(Buffer body, BiFunction<String, JsonObject, JsonObject> adder) {
        JsonObject overrides = object(body).copy();
        Fields fields = new Fields(overrides);
        String named = fields.text("project_id", 1, 64);
        String projectId = named == null ? cloud.projects().getFirst().id() : named;
        long count = fields.has("count") ? fields.whole("count", 1, MOST) : 1;
        if (!Ids.isProject(projectId)) {
            throw Refusal.unclear("'project_id' must be letters, digits and hyphens.");
        }
        if (count > 1 && overrides.containsKey("id")) {
            throw Refusal.unclear("Several cannot share one 'id'.");
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
        JsonObject server = ServerDocuments.server(overrides);
        refuseTaken(cloud.project(projectId)
                .flatMap(project -> project.server(server.getString("id")))
                .isPresent());
        if (!overrides.containsKey("volumes")) {
            cloud.addDisk(projectId, DiskDocuments.disk(projectId, ServerDocuments.rootDisk(server, Ids.fresh())));
        }
        cloud.addServer(projectId, server);
        return cloud.servers(cloud.project(projectId).orElseThrow()).shape(server);
    }

    private JsonObject addDisk(String projectId, JsonObject overrides) {
        JsonObject disk = DiskDocuments.disk(projectId, overrides);
        refuseTaken(cloud.project(projectId)
                .flatMap(project -> project.disk(disk.getString("id")))
                .isPresent());
        cloud.addDisk(projectId, disk);
        return cloud.disks(cloud.project(projectId).orElseThrow()).shape(disk);
    }

    private static void refuseTaken(boolean taken) {
        if (taken) {
            throw Refusal.unclear("This 'id' is already taken.");
        }
    }

    private static JsonObject object(Buffer body) {
        if (parse(body) instanceof JsonObject object) {
            return object;
        }
        throw Refusal.unclear("The body must be an object.");
    }

    private static Object parse(Buffer body) {
        try {
            return Json.decodeValue(body);
        } catch (DecodeException e) {
            throw Refusal.unclear("The body is not JSON.");
        }
    }
}
