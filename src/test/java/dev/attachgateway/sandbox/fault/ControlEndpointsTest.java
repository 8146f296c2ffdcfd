package dev.attachgateway.sandbox.fault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attachgateway.sandbox.SandboxFixture;
import dev.attachgateway.sandbox.SeededSandbox;
import dev.attachgateway.sandbox.http.SandboxIds;
import dev.attachgateway.sandbox.state.CloudBehaviour;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Proves that the control API reads and changes the state of the sandbox and rejects invalid bodies. */
class ControlEndpointsTest extends SeededSandbox {

    private JsonObject state() throws Exception {
        return new JsonObject(
                sandboxFixture.send(sandboxFixture.request("/control/state")).body());
    }

    private JsonArray post(String path, JsonObject body) throws Exception {
        return new JsonArray(sandboxFixture.control("POST", path, body).body());
    }

    @Test
    void the_state_shows_both_projects_of_the_seed() throws Exception {
        JsonArray projects = state().getJsonArray("projects");
        assertThat(projects.getJsonObject(0).getString("project_id")).isEqualTo(SandboxFixture.P1);
        assertThat(projects.getJsonObject(1).getString("project_id")).isEqualTo(SandboxFixture.P2);
        assertThat(projects.getJsonObject(0).getJsonArray("servers").getJsonObject(0))
                .isEqualTo(sandboxFixture.server(SandboxFixture.A3));
        assertThat(projects.getJsonObject(0).getJsonArray("volumes").stream()
                        .filter(disk -> ((JsonObject) disk).getString("status").equals("available"))
                        .filter(disk -> !((JsonObject) disk).getBoolean("multiattach")))
                .hasSizeGreaterThanOrEqualTo(6);
        assertThat(projects.getJsonObject(1).getJsonArray("servers")).hasSize(2);
        for (Object project : projects) {
            for (Object element : ((JsonObject) project).getJsonArray("servers")) {
                JsonObject server = (JsonObject) element;
                assertThat(SandboxIds.isStrictUuid(server.getString("id"))).isTrue();
                assertThat(server.getJsonObject("cloud_server").getString("id")).isNotEqualTo(server.getString("id"));
                assertThat(server.getJsonArray("volumes")).isNotEmpty();
            }
        }
    }

    @Test
    void reset_restores_the_seed_and_deletes_the_rest() throws Exception {
        JsonObject seed = state();
        sandboxFixture.setBehaviour("attach_ms", 1);
        post("servers", new JsonObject());
        sandboxFixture.attach(SandboxFixture.A3, SandboxFixture.DISK);
        sandboxFixture.setFaults(new JsonObject().put("call", "attach").put("kind", "drop"));
        assertThat(sandboxFixture.control("POST", "reset", "").statusCode()).isEqualTo(200);
        assertThat(state()).isEqualTo(seed);
        assertThat(sandboxFixture.ledger()).isEmpty();
        assertThat(sandboxFixture.controlArray("requests")).isEmpty();
        assertThat(sandboxFixture.controlArray("faults")).isEmpty();
        assertThat(new JsonObject(sandboxFixture
                        .send(sandboxFixture.request("/control/behaviour"))
                        .body()))
                .isEqualTo(CloudBehaviour.DEFAULT.toJson());
        sandboxFixture.restart();
        assertThat(state()).isEqualTo(seed);
    }

    @Test
    void one_request_can_add_several_servers_or_disks() throws Exception {
        JsonArray servers = post("servers", new JsonObject().put("count", 12).put("project_id", SandboxFixture.P1));
        assertThat(servers.stream()
                        .map(server -> ((JsonObject) server).getString("id"))
                        .collect(Collectors.toSet()))
                .hasSize(12);
        JsonObject server = servers.getJsonObject(11);
        JsonObject cloud = server.getJsonObject("cloud_server");
        assertThat(cloud.getString("type")).isEqualTo("HPS");
        assertThat(cloud.getString("hps_ecs_id")).isEqualTo(cloud.getString("id"));
        assertThat(sandboxFixture.server(server.getString("id"))).isEqualTo(server);
        JsonObject disk = post("volumes", new JsonObject().put("count", 2)).getJsonObject(1);
        assertThat(sandboxFixture.disk(disk.getString("id"))).isEqualTo(disk);
        assertThat(sandboxFixture
                        .attach(server.getString("id"), disk.getString("id"))
                        .statusCode())
                .isEqualTo(200);
        sandboxFixture.advance(10_000);
        sandboxFixture.restart();
        assertThat(sandboxFixture.serverShowsDisk(server.getString("id"), disk.getString("id")))
                .isTrue();
    }

    @Test
    void any_cloud_field_can_be_overridden() throws Exception {
        JsonObject server = post(
                        "servers",
                        new JsonObject()
                                .put("status", "STOPPED")
                                .put("cloud_server", new JsonObject().put("type", "BMS")))
                .getJsonObject(0);
        assertThat(server.getString("status")).isEqualTo("STOPPED");
        assertThat(server.getString("category")).isEqualTo("SERVER");
        assertThat(server.getJsonObject("cloud_server").fieldNames()).containsExactly("id", "type");
        JsonObject disk = post(
                        "volumes",
                        new JsonObject()
                                .put("multiattach", true)
                                .put(
                                        "attachments",
                                        JsonArray.of(new JsonObject().put("server_id", SandboxFixture.A3_CLOUD))))
                .getJsonObject(0);
        assertThat(disk.getString("status")).isEqualTo("in-use");
        assertThat(disk.getString("shareable")).isEqualTo("true");
        assertThat(sandboxFixture.serverShowsDisk(SandboxFixture.A3, disk.getString("id")))
                .isTrue();
    }

    @Test
    void adding_a_server_creates_its_project() throws Exception {
        JsonObject server =
                post("servers", new JsonObject().put("project_id", "third")).getJsonObject(0);
        HttpResponse<String> response = sandboxFixture.send(
                sandboxFixture.withToken("third", "/modelarts/v1/third/dev-servers/" + server.getString("id")));
        assertThat(new JsonObject(response.body())).isEqualTo(server);
    }

    @Test
    void behaviour_changes_only_given_fields_and_null_restores_the_default() throws Exception {
        assertThat(sandboxFixture.setBehaviour("attach_ms", 7))
                .isEqualTo(CloudBehaviour.DEFAULT.toJson().put("attach_ms", 7));
        assertThat(sandboxFixture.setBehaviour("busy", true).getInteger("attach_ms"))
                .isEqualTo(7);
        sandboxFixture.restart();
        assertThat(sandboxFixture.setBehaviour("attach_ms", null))
                .isEqualTo(CloudBehaviour.DEFAULT.toJson().put("busy", true));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "PUT|behaviour|{\"speed\":1}",
                "PUT|behaviour|{\"attach_ms\":\"1\"}",
                "PUT|behaviour|{\"attach_ms\":-1}",
                "PUT|behaviour|{\"stuck\":1}",
                "PUT|behaviour|{\"fail_code\":\"short\"}",
                "PUT|behaviour|[]",
                "POST|servers|{\"colour\":\"red\"}",
                "POST|servers|{\"status\":\"ASLEEP\"}",
                "POST|servers|{\"count\":1001}",
                "POST|servers|{\"id\":\"x\"}",
                "POST|servers|{\"id\":\"3f0c9a52-6d1e-4b7a-9c84-2a5e7d10b6f3\"}",
                "POST|volumes|{\"size\":\"big\"}",
                "POST|volumes|{\"status\":\"asleep\"}",
                "POST|volumes|{\"attachments\":[{}]}",
                "POST|volumes|{"
            })
    void an_invalid_body_is_rejected_with_an_error_message(String method, String path, String body) throws Exception {
        JsonObject before = state();
        HttpResponse<String> rejected = sandboxFixture.control(method, path, body);
        assertThat(rejected.statusCode()).isEqualTo(400);
        assertThat(new JsonObject(rejected.body()).getString("error")).endsWith(".");
        assertThat(state()).isEqualTo(before);
    }

    @Test
    void the_request_log_contains_every_request_and_its_status() throws Exception {
        sandboxFixture.attach(SandboxFixture.A3, SandboxFixture.DISK);
        sandboxFixture.disk(SandboxFixture.UNKNOWN_ID);
        JsonArray requests = sandboxFixture.controlArray("requests");
        assertThat(requests.stream().map(call -> ((JsonObject) call).getString("call")))
                .containsExactly("token", "attach", "token", "volume");
        assertThat(requests.getJsonObject(1).getMap())
                .isEqualTo(java.util.Map.of(
                        "call",
                        "attach",
                        "project_id",
                        SandboxFixture.P1,
                        "server_id",
                        SandboxFixture.A3,
                        "volume_id",
                        SandboxFixture.DISK,
                        "status",
                        200,
                        "at",
                        "2026-11-23T12:00:00Z"));
        assertThat(requests.getJsonObject(3).getInteger("status")).isEqualTo(404);
    }
}
