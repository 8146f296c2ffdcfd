package dev.attachgateway.inventory;

import static dev.attachgateway.inventory.Caller.okJson;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.attachgateway.testkit.GatewayClient;
import dev.attachgateway.testkit.HttpAnswer;
import dev.attachgateway.testkit.PostgresForTests;
import dev.attachgateway.testkit.SandboxCloud;
import dev.attachgateway.testkit.SandboxCloud.Fault;
import dev.attachgateway.testkit.Timeouts;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A client of the cloud can read through the gateway by changing only its endpoint, within the grants of its caller. */
@QuarkusTest
@TestProfile(EstateProfile.class)
@WithTestResource(PostgresForTests.class)
class ReadThroughTest {
    private static final String UNKNOWN_ID = "00000000-0000-4000-8000-000000000000";
    private static final ObjectMapper JSON = new ObjectMapper();

    @Inject
    Pool pool;

    private final Caller operator = Caller.of("operator");
    private final Caller viewer = Caller.of("viewer");
    private SandboxCloud cloud;

    @BeforeEach
    void build() {
        cloud = Estate.build();
    }

    @Test
    void a_server_is_returned_as_the_cloud_returns_it() {
        assertThat(okJson(operator.server(Estate.server(0)))).isEqualTo(cloud.server(Estate.server(0)));
        assertThat(okJson(operator.server(Estate.server(0).toUpperCase(java.util.Locale.ROOT))))
                .isEqualTo(cloud.server(Estate.server(0)));
    }

    @Test
    void a_disk_is_returned_as_the_cloud_returns_it_with_links_to_the_gateway() {
        var link = "/v2/" + GatewayClient.P1 + "/cloudvolumes/" + Estate.disk(0);
        var disk = (ObjectNode) okJson(operator.disk(Estate.disk(0))).path("volume");
        assertThat(disk.at("/links/0/href").asText()).isEqualTo(link);
        var expected = (ObjectNode) cloud.volume(Estate.disk(0));
        assertThat(expected.remove("links").at("/0/href").asText())
                .startsWith("http")
                .endsWith(link);
        disk.remove("links");
        assertThat(disk).isEqualTo(expected);
        assertThat(operator.get(link).status()).isEqualTo(200);
    }

    @Test
    void unknown_fields_are_kept_and_links_past_the_gateway_are_removed() {
        cloud.faults(Fault.status("volume", 200)
                .body(json("""
                        {"volume": {"id": "%s", "size": 1, "a_field_of_tomorrow": {"deep": [1.50, null]}, "links": [
                            {"rel": "bookmark", "href": "https://evs.example.com/%s"},
                            {"rel": "self", "href": "https://evs.example.com/v2/%s/cloudvolumes/%s"}]},
                         "another": true}""".formatted(Estate.disk(0), Estate.disk(0), GatewayClient.P1, Estate.disk(0)))));
        var response = operator.disk(Estate.disk(0));
        assertThat(okJson(response).at("/volume/a_field_of_tomorrow/deep").toString())
                .isEqualTo("[1.5,null]");
        assertThat(response.json().path("another").asBoolean()).isTrue();
        assertThat(response.json().at("/volume/links")).hasSize(1);
        assertThat(response.body()).doesNotContain("example.com");
    }

    @Test
    void the_link_to_the_next_page_leads_to_the_gateway() {
        cloud.faults(Fault.status("volumes", 200).body(json("""
                        {"count": 7, "volumes": [], "volumes_links": [
                            {"rel": "next", "href": "https://evs.example.com/v2/%s/cloudvolumes/detail?limit=2&marker=%s"}]}""".formatted(GatewayClient.P1, Estate.disk(1)))));
        assertThat(okJson(operator.disks("?limit=2"))
                        .at("/volumes_links/0/href")
                        .asText())
                .isEqualTo("/v2/" + GatewayClient.P1 + "/cloudvolumes/detail?limit=2&marker=" + Estate.disk(1));
    }

    @Test
    void the_source_disk_is_included_only_if_it_is_visible() {
        cloud.newVolume(java.util.Map.of("id", Estate.disk(99), "source_volid", Estate.disk(1)));
        assertThat(okJson(operator.disk(Estate.disk(99)))
                        .at("/volume/source_volid")
                        .asText())
                .isEqualTo(Estate.disk(1));
        cloud.faults(Fault.status("volume", 200)
                .body(json("{\"volume\": {\"id\": \"%s\", \"source_volid\": \"%s\", \"attachments\": \"of %s\"}}"
                        .formatted(Estate.disk(0), Estate.disk(1), Estate.server(1)))));
        assertThat(okJson(viewer.disk(Estate.disk(0)))
                        .at("/volume/source_volid")
                        .isNull())
                .isTrue();
        assertThat(viewer.disk(Estate.disk(0)).body()).doesNotContain(Estate.disk(1), Estate.server(1));
    }

    @Test
    void a_resource_without_a_grant_is_refused_whether_it_exists_or_not() {
        for (var caller : List.of(viewer, Caller.of("stranger"))) {
            assertThat(refusal(caller.server(Estate.server(1)))).isEqualTo(refusal(caller.server(UNKNOWN_ID)));
            assertThat(refusal(caller.disk(Estate.disk(1)))).isEqualTo(refusal(caller.disk(UNKNOWN_ID)));
        }
        assertThat(refusal(Caller.of("stranger").servers(""))).isNotNull();
        assertThat(refusal(Caller.of("stranger").disks(""))).isNotNull();
        assertThat(viewer.server(Estate.server(0)).status()).isEqualTo(200);
        assertThat(viewer.disk(Estate.disk(0)).status()).isEqualTo(200);
        assertThat(cloud.requests("volume", Estate.disk(1))).isEmpty();
    }

    private static String refusal(HttpAnswer response) {
        assertThat(response.status()).isEqualTo(403);
        assertThat(response.code()).isEqualTo("Gateway.NotGranted");
        var problem = (ObjectNode) response.json();
        return problem.without(List.of("instance", "request_id")).toString();
    }

    @Test
    void an_unknown_resource_is_a_404_with_the_code_of_the_cloud() {
        var server = operator.server(UNKNOWN_ID);
        assertThat(server.status()).isEqualTo(404);
        assertThat(server.code()).isEqualTo("ModelArts.6404");
        assertThat(server.text("type")).endsWith(":server-not-found");
        var disk = operator.disk(UNKNOWN_ID);
        assertThat(disk.status()).isEqualTo(404);
        assertThat(disk.code()).isEqualTo("EVS.5404");
        assertThat(disk.text("type")).endsWith(":disk-not-found");
    }

    @ParameterizedTest
    @CsvSource({
        "500, 503, Gateway.InventoryUnavailable",
        "502, 503, Gateway.InventoryUnavailable",
        "429, 503, Gateway.InventoryUnavailable",
        "403, 502, EVS.5403",
        "400, 422, EVS.1002"
    })
    void a_failure_of_the_cloud_is_reported_as_a_problem(int cloudStatus, int status, String code) {
        cloud.faults(Fault.status("volume", cloudStatus), Fault.status("volumes", cloudStatus));
        for (var response : List.of(operator.disk(Estate.disk(0)), operator.disks(""))) {
            assertThat(response.status()).isEqualTo(status);
            assertThat(response.code()).isEqualTo(code);
            assertThat(response.header("Content-Type")).startsWith("application/problem+json");
            assertThat(response.header("Retry-After").isEmpty()).isEqualTo(status != 503);
        }
        // The rate limit adopted after a 429 stays in force for a moment.
        cloud.faults();
        Awaitility.await()
                .atMost(Timeouts.CONDITION)
                .until(() -> operator.disk(Estate.disk(0)).status() == 200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"garbage", "drop", "hang"})
    void a_broken_or_missing_response_of_the_cloud_is_a_503(String kind) {
        cloud.faults(Fault.kind("server", kind), Fault.kind("servers", kind));
        for (var response : List.of(operator.server(Estate.server(0)), operator.servers(""))) {
            assertThat(response.status()).isEqualTo(503);
            assertThat(response.code()).isEqualTo("Gateway.InventoryUnavailable");
        }
    }

    @Test
    void a_project_without_a_credential_is_a_503() {
        var refused = operator.get("/v1/a-project-without-credential/dev-servers");
        assertThat(refused.status()).isEqualTo(503);
        assertThat(refused.code()).isEqualTo("Gateway.NoCredential");
    }

    @Test
    void each_request_is_one_entry_in_the_audit_log() {
        var responses = new ArrayList<HttpAnswer>();
        responses.add(viewer.servers(""));
        responses.add(viewer.disks(""));
        responses.add(viewer.server(Estate.server(0)));
        responses.add(viewer.disk(Estate.disk(0)));
        responses.add(viewer.disk(Estate.disk(1)));
        var entries = responses.stream()
                .map(response -> Awaitility.await()
                        .atMost(Timeouts.CONDITION)
                        .until(() -> auditEntries(response.header("X-Request-Id")), found -> !found.isEmpty()))
                .toList();
        assertThat(entries)
                .containsExactly(
                        List.of("read null null allowed"),
                        List.of("read null null allowed"),
                        List.of("read " + Estate.server(0) + " null allowed"),
                        List.of("read null " + Estate.disk(0) + " allowed"),
                        List.of("read null " + Estate.disk(1) + " denied"));
    }

    private List<String> auditEntries(String requestId) {
        var found = new ArrayList<String>();
        pool.preparedQuery("select action, server_id, volume_id, verdict from audit where request_id = $1")
                .execute(Tuple.of(requestId))
                .await()
                .atMost(Timeouts.CONDITION)
                .forEach(row -> found.add(
                        row.getValue(0) + " " + row.getValue(1) + " " + row.getValue(2) + " " + row.getValue(3)));
        return found;
    }

    private static com.fasterxml.jackson.databind.JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void an_attachment_to_an_unknown_server_or_a_supernode_is_hidden() {
        var supernode = "5a5a5a5a-5a5a-4a5a-8a5a-5a5a5a5a5a5a";
        cloud.faults(
                Fault.status("volume", 200)
                        .body(json("""
                        {"volume": {"id": "%s", "attachments": [
                            {"server_id": "%s"}, {"server_id": "%s"}, {"server_id": "%s"}]}}""".formatted(Estate.disk(0), Estate.cloudServer(0), supernode, UNKNOWN_ID))),
                Fault.status("servers", 200)
                        .body(json("""
                        {"total": 1, "data": [{"id": "%s", "cloud_server": {"id": "%s", "hps_id": "%s"}}]}""".formatted(Estate.server(0), Estate.cloudServer(0), supernode))));

        var disk = okJson(viewer.disk(Estate.disk(0)));
        assertThat(disk.at("/volume/attachments")).hasSize(1);
        assertThat(disk.at("/volume/attachments/0/server_id").asText()).isEqualTo(Estate.cloudServer(0));
    }

    @Test
    void disks_that_the_cloud_lists_beyond_the_filter_are_hidden() {
        cloud.faults(Fault.status("volumes", 200)
                .body(json("{\"count\": 2, \"volumes\": [{\"id\": \"%s\"}, {\"id\": \"%s\"}]}"
                        .formatted(Estate.disk(0), Estate.disk(1)))));

        var page = okJson(viewer.disks(""));
        assertThat(page.path("count").asInt()).isEqualTo(1);
        assertThat(page.toString()).contains(Estate.disk(0)).doesNotContain(Estate.disk(1));
    }
}
