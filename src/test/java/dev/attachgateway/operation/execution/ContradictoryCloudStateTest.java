package dev.attachgateway.operation.execution;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.attachgateway.testkit.AttachFixture;
import dev.attachgateway.testkit.PostgresForTests;
import dev.attachgateway.testkit.QuickProfile;
import dev.attachgateway.testkit.SandboxCloud.Fault;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Proves that an operation waits for EVS and the server to agree where the disk is. */
@QuarkusTest
@TestProfile(QuickProfile.class)
@WithTestResource(PostgresForTests.class)
class ContradictoryCloudStateTest {
    private AttachFixture attachFixture;

    @BeforeEach
    void setUp() {
        attachFixture = AttachFixture.set();
    }

    /** EVS shows the disk with this status, attached to the cloud server with this id. */
    private Fault evsShows(String status, String cloudServerId) {
        var volume = ((ObjectNode) attachFixture.cloud().volume(attachFixture.disk())).deepCopy();
        volume.put("status", status);
        var attachments = volume.putArray("attachments");
        if (!cloudServerId.isEmpty()) {
            attachments
                    .addObject()
                    .put("server_id", cloudServerId)
                    .put("attachment_id", UUID.randomUUID().toString());
        }
        return Fault.status("volume", 200)
                .body(JsonNodeFactory.instance.objectNode().set("volume", volume))
                .disk(attachFixture.disk());
    }

    private Fault serverLists() {
        var server = ((ObjectNode) attachFixture.cloud().server(attachFixture.server())).deepCopy();
        server.withArray("volumes")
                .addObject()
                .put("evs_id", attachFixture.disk())
                .put("type", "DATA");
        return Fault.status("server", 200).body(server).server(attachFixture.server());
    }

    private String cloudServerId(JsonNode server) {
        return server.at("/cloud_server/hps_ecs_id").asText();
    }

    @Test
    void a_listed_disk_that_evs_shows_on_another_server_of_the_project_is_on_neither() {
        var neighbour = attachFixture.cloud().server(attachFixture.cloud().newServer());
        attachFixture.cloud().faults(serverLists(), evsShows("in-use", cloudServerId(neighbour)));
        var refused = attachFixture.attach();
        assertThat(refused.code()).isEqualTo("Gateway.DiskState");
        assertThat(refused.text("error_msg")).contains("on another server", "the server lists it");
        assertThat(refused.body()).doesNotContain(cloudServerId(neighbour));
        assertThat(attachFixture.sends()).isZero();
    }

    @Test
    void a_listed_disk_that_evs_shows_under_an_unknown_id_is_on_the_server() {
        attachFixture
                .cloud()
                .faults(serverLists(), evsShows("in-use", UUID.randomUUID().toString()));
        assertThat(attachFixture.attach().code()).isEqualTo("Gateway.DiskAlreadyAttached");
    }

    @Test
    void the_disk_is_on_neither_while_the_other_servers_cannot_be_read() {
        attachFixture
                .cloud()
                .faults(serverLists(), evsShows("in-use", UUID.randomUUID().toString()), Fault.status("servers", 500));
        assertThat(attachFixture.attach().code()).isEqualTo("Gateway.DiskState");
    }

    @Test
    void a_disk_of_another_server_of_the_same_supernode_is_in_use_there() {
        var hps = UUID.randomUUID().toString();
        var here = attachFixture.with(
                attachFixture.cloud().newServer(Map.of("cloud_server", Map.of("hps_id", hps))), attachFixture.disk());
        attachFixture.cloud().faults(evsShows("in-use", hps));
        assertThat(here.attach().code()).isEqualTo("Gateway.DiskInUse");
    }

    @ParameterizedTest
    @ValueSource(strings = {"error", "reserved", "detaching", "deleting", "maintenance", "word-of-tomorrow"})
    void an_attach_is_no_success_while_evs_shows_another_status_than_in_use(String status) {
        var server = attachFixture.cloud().server(attachFixture.server());
        attachFixture.cloud().faults(evsShows(status, cloudServerId(server)).since("attach"));
        var answer = attachFixture.attach();
        attachFixture.awaitUnsettled(answer.operationId());
        attachFixture.cloud().faults();
        attachFixture.awaitStatus(answer.operationId(), "success");
        assertThat(attachFixture.sends()).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({
        "available, true, DiskState",
        "in-use, false, DiskState",
        "error, true, DiskState",
        "creating, false, DiskState"
    })
    void an_attach_of_a_disk_in_an_unclear_state_is_refused_at_once(String status, boolean named, String code) {
        var server = attachFixture.cloud().server(attachFixture.server());
        attachFixture.cloud().faults(evsShows(status, named ? cloudServerId(server) : ""));
        var refused = attachFixture.attach();
        assertThat(refused.status()).isEqualTo(409);
        assertThat(refused.code()).isEqualTo("Gateway." + code);
        assertThat(refused.text("error_msg")).startsWith("EVS shows the disk as " + status);
        assertThat(attachFixture.sends()).isZero();
    }
}
