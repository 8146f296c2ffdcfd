package dev.attachgateway.sandbox.cloud;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attachgateway.sandbox.SandboxFixture;
import dev.attachgateway.sandbox.SeededSandbox;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.util.Locale;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Proves that the ModelArts endpoints have the documented fields, pages and errors. */
class ModelArtsEndpointsTest extends SeededSandbox {

    private static final String SERVERS = "/modelarts/v1/{project}/dev-servers";

    @Test
    void an_accepted_attach_returns_an_operation_of_three_fields() throws Exception {
        HttpResponse<String> accepted = sandboxFixture.attach(SandboxFixture.A3, SandboxFixture.DISK);
        assertThat(accepted.statusCode()).isEqualTo(200);
        assertThat(accepted.headers().firstValue("X-Request-Id").orElseThrow()).matches("[0-9a-f]{32}");
        assertThat(accepted.headers().firstValue("Date")).hasValue("Mon, 23 Nov 2026 12:00:00 GMT");
        var operation = new JsonObject(accepted.body());
        assertThat(operation.fieldNames())
                .containsExactlyInAnyOrder("operation_id", "operation_status", "operation_type");
        assertThat(operation.getString("operation_status")).isEqualTo("pending");
        assertThat(operation.getString("operation_type")).isEqualTo("node_attach_volume");
        assertThat(operation.getString("operation_id")).matches("[0-9a-f-]{36}");
    }

    @Test
    void a_detach_accepts_an_upper_case_disk_id() throws Exception {
        HttpResponse<String> accepted =
                sandboxFixture.detach(SandboxFixture.OTHER_A3, SandboxFixture.USED_DISK.toUpperCase(Locale.ROOT));
        assertThat(accepted.statusCode()).isEqualTo(200);
        assertThat(new JsonObject(accepted.body()).getString("operation_type")).isEqualTo("node_detach_volume");
        assertThat(sandboxFixture.ledger().getJsonObject(0).getString("volume_id"))
                .isEqualTo(SandboxFixture.USED_DISK);
    }

    @Test
    void a_stopped_server_accepts_an_attach() throws Exception {
        assertThat(sandboxFixture
                        .attach(SandboxFixture.STOPPED, SandboxFixture.DISK)
                        .statusCode())
                .isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource({
        SandboxFixture.UNKNOWN_ID + "," + SandboxFixture.DISK + ",ModelArts.6404,LiteServer instance '"
                + SandboxFixture.UNKNOWN_ID + "' not found.",
        SandboxFixture.A3_CLOUD + "," + SandboxFixture.DISK + ",ModelArts.6404,LiteServer instance '"
                + SandboxFixture.A3_CLOUD + "' not found.",
        SandboxFixture.BMS + "," + SandboxFixture.DISK + ",ModelArts.7000,'Server " + SandboxFixture.BMS
                + " type is BMS, does not support attach volume device.'",
        SandboxFixture.STARTING + "," + SandboxFixture.DISK + ",ModelArts.6327,'Server " + SandboxFixture.STARTING
                + " is STARTING, not running or stopped.'",
        SandboxFixture.A3 + "," + SandboxFixture.UNKNOWN_ID + ",ModelArts.6404,Volume '" + SandboxFixture.UNKNOWN_ID
                + "' not found.",
        SandboxFixture.A3
                + ",1E79EFF7-C02B-4DFD-A0D6-F76C90D9B4E0,ModelArts.6400,'Invalid request payload volume_id, please check.'",
        "no-uuid," + SandboxFixture.DISK + ",ModelArts.6400,'Invalid request payload id, please check.'"
    })
    void an_invalid_attach_is_rejected_with_400_and_has_no_effect(
            String server, String disk, String code, String message) throws Exception {
        HttpResponse<String> rejected = sandboxFixture.attach(server, disk);
        assertThat(rejected.statusCode()).isEqualTo(400);
        assertThat(new JsonObject(rejected.body()).getMap())
                .isEqualTo(java.util.Map.of("error_code", code, "error_msg", message));
        assertThat(sandboxFixture.ledger()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "[]", "{", "{\"volume_id\":1}", "{}"})
    void a_malformed_body_is_rejected_with_400(String body) throws Exception {
        HttpResponse<String> rejected = sandboxFixture.attachBody(SandboxFixture.A3, body);
        assertThat(rejected.statusCode()).isEqualTo(400);
        assertThat(rejected.body()).contains("ModelArts.6400");
    }

    @Test
    void a_bms_server_rejects_a_detach() throws Exception {
        assertThat(sandboxFixture
                        .detach(SandboxFixture.BMS, SandboxFixture.DISK)
                        .body())
                .contains("does not support detach volume device.");
    }

    @Test
    void an_operation_is_found_only_on_its_server() throws Exception {
        HttpResponse<String> accepted = sandboxFixture.attach(SandboxFixture.A3, SandboxFixture.DISK);
        assertThat(sandboxFixture.operation(SandboxFixture.A3, accepted).getString("operation_status"))
                .isEqualTo("pending");
        assertThat(sandboxFixture.operation(SandboxFixture.OTHER_A3, accepted).getString("error_code"))
                .isEqualTo("ModelArts.6404");
    }

    @Test
    void a_server_has_the_clouds_fields() throws Exception {
        JsonObject server = sandboxFixture.server(SandboxFixture.A3);
        assertThat(server.fieldNames())
                .containsExactlyInAnyOrder(
                        "id",
                        "name",
                        "status",
                        "create_at",
                        "update_at",
                        "charging_mode",
                        "cloud_server",
                        "category",
                        "flavor",
                        "image",
                        "key_pair_name",
                        "order_id",
                        "vpc_id",
                        "subnet_id",
                        "endpoints",
                        "endpoints_response",
                        "volumes",
                        "server_hps");
        assertThat(server.getJsonObject("cloud_server").getMap().keySet())
                .isEqualTo(Set.of("id", "type", "hps_id", "hps_ecs_id"));
        assertThat(server.getJsonArray("volumes").getJsonObject(0).encode())
                .isEqualTo("{\"size\":500,\"type\":\"ROOT\",\"evs_type\":\"SSD\","
                        + "\"evs_id\":\"c2d7e610-4b8f-4a39-a1d5-6f0e9b7c8d24\"}");
        assertThat(sandboxFixture
                        .server(SandboxFixture.BMS)
                        .getJsonObject("cloud_server")
                        .getMap()
                        .keySet())
                .isEqualTo(Set.of("id", "type"));
        assertThat(sandboxFixture.server(SandboxFixture.BMS).containsKey("server_hps"))
                .isFalse();
    }

    @Test
    void the_list_is_paged() throws Exception {
        var page =
                new JsonObject(sandboxFixture.get(SERVERS + "?limit=3&offset=6").body());
        assertThat(page.fieldNames()).containsExactlyInAnyOrder("current", "data", "pages", "size", "total");
        assertThat(page.getInteger("total")).isEqualTo(8);
        assertThat(page.getInteger("pages")).isEqualTo(3);
        assertThat(page.getInteger("current")).isEqualTo(3);
        assertThat(page.getInteger("size")).isEqualTo(3);
        assertThat(page.getJsonArray("data")).hasSize(2);
        assertThat(new JsonObject(sandboxFixture.get(SERVERS).body())
                        .getJsonArray("data")
                        .getJsonObject(0))
                .isEqualTo(sandboxFixture.server(SandboxFixture.A3));
        for (String query : new String[] {"?sort_key=name", "?sort_dir=up"}) {
            assertThat(sandboxFixture.get(SERVERS + query).statusCode()).isEqualTo(400);
        }
        assertThat(new JsonObject(
                                sandboxFixture.get(SERVERS + "?owner=somebody").body())
                        .getInteger("total"))
                .isZero();
        assertThat(sandboxFixture.get(SERVERS + "?limit=1025").statusCode()).isEqualTo(400);
    }

    @Test
    void an_unknown_path_is_404_of_the_api_gateway() throws Exception {
        for (String path :
                new String[] {"/modelarts/v2/x", "/evs/v3", SERVERS + "/" + SandboxFixture.A3 + "/attachvolume"}) {
            HttpResponse<String> unknown = sandboxFixture.get(path);
            assertThat(unknown.statusCode()).isEqualTo(404);
            assertThat(new JsonObject(unknown.body()).getString("error_code")).isEqualTo("APIGW.0101");
        }
    }

    @Test
    void a_body_above_one_megabyte_is_rejected_with_413() throws Exception {
        assertThat(sandboxFixture
                        .attachBody(SandboxFixture.A3, "x".repeat(1_100_000))
                        .statusCode())
                .isEqualTo(413);
    }
}
