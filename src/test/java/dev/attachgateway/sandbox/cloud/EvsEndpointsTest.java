package dev.attachgateway.sandbox.cloud;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attachgateway.sandbox.SandboxFixture;
import dev.attachgateway.sandbox.SeededSandbox;
import io.vertx.core.json.JsonObject;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** Proves that the EVS endpoints have the documented fields, filters, pages and errors. */
class EvsEndpointsTest extends SeededSandbox {

    private static final String VOLUMES = "/evs/v2/{project}/cloudvolumes/";

    private JsonObject list(String query) throws Exception {
        return new JsonObject(sandboxFixture.get(VOLUMES + "detail" + query).body());
    }

    @Test
    void a_disk_has_the_clouds_fields() throws Exception {
        JsonObject disk = sandboxFixture.disk(SandboxFixture.DISK);
        assertThat(disk.fieldNames())
                .containsExactlyInAnyOrder(
                        "id",
                        "name",
                        "status",
                        "size",
                        "volume_type",
                        "availability_zone",
                        "multiattach",
                        "shareable",
                        "bootable",
                        "encrypted",
                        "attachments",
                        "metadata",
                        "links",
                        "created_at",
                        "updated_at",
                        "os-vol-tenant-attr:tenant_id",
                        "os-vol-host-attr:host",
                        "os-volume-replication:extended_status",
                        "os-vol-mig-status-attr:migstat",
                        "os-vol-mig-status-attr:name_id",
                        "replication_status",
                        "consistencygroup_id",
                        "snapshot_id",
                        "source_volid",
                        "description",
                        "user_id",
                        "volume_image_metadata",
                        "service_type",
                        "wwn",
                        "enterprise_project_id",
                        "tags",
                        "serial_number",
                        "dedicated_storage_id",
                        "dedicated_storage_name");
        assertThat(disk.getString("status")).isEqualTo("available");
        assertThat(disk.getString("os-vol-tenant-attr:tenant_id")).isEqualTo(SandboxFixture.P1);
        assertThat(disk.getJsonArray("links").getJsonObject(0).getString("href"))
                .endsWith("/sandbox/evs/v2/" + SandboxFixture.P1 + "/cloudvolumes/" + SandboxFixture.DISK);
        assertThat(sandboxFixture.disk(SandboxFixture.SHARED_USED_DISK).getString("shareable"))
                .isEqualTo("true");
    }

    @Test
    void an_unknown_disk_is_404_and_a_malformed_id_400() throws Exception {
        HttpResponse<String> unknown = sandboxFixture.get(VOLUMES + SandboxFixture.UNKNOWN_ID);
        assertThat(unknown.statusCode()).isEqualTo(404);
        assertThat(unknown.body())
                .isEqualTo("{\"error\":{\"code\":\"EVS.5404\",\"message\":\"Volume could not be found.\"}}");
        HttpResponse<String> malformed = sandboxFixture.get(VOLUMES + "x");
        assertThat(malformed.statusCode()).isEqualTo(400);
        assertThat(malformed.body()).contains("EVS.1002", "invalid volume id!");
    }

    @Test
    void a_disk_of_another_project_is_404() throws Exception {
        assertThat(sandboxFixture
                        .get(VOLUMES + "a8948c89-3b61-4676-a6bb-7dbd2d1c9af0")
                        .statusCode())
                .isEqualTo(404);
    }

    @Test
    void the_list_filters_by_ids_and_ignores_unknown_ones() throws Exception {
        String ids = URLEncoder.encode(
                "['" + SandboxFixture.DISK + "','" + SandboxFixture.USED_DISK + "','" + SandboxFixture.UNKNOWN_ID
                        + "']",
                StandardCharsets.UTF_8);
        JsonObject found = list("?ids=" + ids);
        assertThat(found.fieldNames()).containsExactlyInAnyOrder("count", "volumes", "volumes_links");
        assertThat(found.getInteger("count")).isEqualTo(2);
        assertThat(found.getJsonArray("volumes").getJsonObject(0)).isEqualTo(sandboxFixture.disk(SandboxFixture.DISK));
        assertThat(list("?id=" + SandboxFixture.DISK).getInteger("count")).isEqualTo(1);
    }

    @Test
    void the_list_filters_and_pages() throws Exception {
        assertThat(list("?status=error").getInteger("count")).isEqualTo(1);
        assertThat(list("?name=data-01").getInteger("count")).isEqualTo(1);
        assertThat(list("?server_id=d23f0824-128b-4f33-8c5c-7fd0a6a3a450&status=in-use")
                        .getInteger("count"))
                .isEqualTo(3);
        JsonObject page = list("?status=available&limit=2&offset=8");
        assertThat(page.getInteger("count")).isEqualTo(9);
        assertThat(page.getJsonArray("volumes")).hasSize(1);
    }

    @Test
    void the_list_is_sorted_and_continues_after_a_marker() throws Exception {
        var byId = ids("?sort_key=id&sort_dir=asc");
        assertThat(byId).isSorted().hasSizeGreaterThan(10);
        assertThat(ids("?sort_key=id")).isEqualTo(byId.reversed());
        assertThat(ids("?sort_key=id&sort_dir=asc&limit=2&marker=" + byId.get(3)))
                .isEqualTo(byId.subList(4, 6));
        assertThat(list("?multiattach=true").getInteger("count")).isEqualTo(2);
        assertThat(list("?availability_zone=elsewhere").getInteger("count")).isZero();
    }

    private java.util.List<String> ids(String query) throws Exception {
        return list(query).getJsonArray("volumes").stream()
                .map(disk -> ((JsonObject) disk).getString("id"))
                .toList();
    }

    @Test
    void an_invalid_query_is_rejected_with_400() throws Exception {
        for (String query : new String[] {
            "?limit=0",
            "?limit=1001",
            "?limit=x",
            "?offset=-1",
            "?ids=x",
            "?id=x",
            "?sort_key=x",
            "?sort_dir=x",
            "?marker=" + SandboxFixture.UNKNOWN_ID
        }) {
            HttpResponse<String> rejected = sandboxFixture.get(VOLUMES + "detail" + query);
            assertThat(rejected.statusCode()).as(query).isEqualTo(400);
            assertThat(rejected.body()).contains("EVS.1002");
        }
    }
}
